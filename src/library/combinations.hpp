// SPDX-License-Identifier: MIT
// Complete libraries: every combination of substitutions at chosen positions.
#pragma once

#include <cstdint>
#include <span>

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

// The complete library of a design's window, made on the host and copied: the wild type in row 0, then every other
// combination of letters with at most design.orders substitutions, permuted at random (keyed by the design's seed and
// the locus's identity), so that any contiguous block is a fair sample, as held-out rows have to be. Errors: numeric,
// naming the position, where the window has an N, since the library would not be complete.
Library combinatorial_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                              std::span<std::uint8_t const> wild_type);

}  // namespace shoal::library
