// SPDX-License-Identifier: MIT
// Complete libraries: every combination of substitutions at chosen positions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/design.hpp"
#include "library/library.hpp"

namespace shoal::library {

// The largest complete library: all sequences of 11 positions.
inline constexpr std::int64_t most_combinations = std::int64_t{1} << 22;

// Rows of the complete library of `sites` positions with at most `orders` substitutions (-1: any number):
// 1 + sum over r = 1 … orders of C(sites, r) 3^r. Errors: config, above most_combinations or for orders below -1.
std::int64_t combination_count(std::int64_t sites, std::int64_t orders);

// The rows of a combinatorial design: combination_count of its window. Errors: config, for a window without an end or
// one that is empty.
std::int64_t combinatorial_mutants(Design const& design);

// The complete library in its order: the wild type, then all single substitutions, all double ones, …; within an
// order, sets of positions in lexicographic order of `sites`; within a set, the letters of its positions in
// lexicographic order (the last position's change fastest), each in A, C, G, T order. `sites` ascend and are not N.
// Made on the host and copied. Errors: config, as combination_count.
Library combinatorial_library(device::Backend const& backend, std::span<std::uint8_t const> wild_type,
                              std::span<std::int32_t const> sites, std::int64_t orders = -1);

// The same rows of a design's window in another order: the wild type stays row 0, the others are permuted at random
// (keyed by the design's seed and the locus's identity), so that any contiguous block is a fair sample, as held-out
// rows have to be. Errors: numeric, naming the position, where the window has an N, since the library would not be
// complete.
Library shuffled_combinatorial_library(device::Backend const& backend, Design const& design,
                                       std::uint64_t locus_identity, std::span<std::uint8_t const> wild_type);

}  // namespace shoal::library
