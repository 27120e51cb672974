// SPDX-License-Identifier: MIT
// Libraries whose windows are mutated, or kept, in contexts that are drawn anew for every mutant.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/library.hpp"

namespace shoal::library {

// Marks [length] the positions of a context or inter-window design that its context law draws, N included.
std::vector<std::uint8_t> redrawn_positions(Design const& design, std::int64_t length);

// The library of a context or inter-window design: row 0 the wild type (in its own context, unlike squid-nn), and in
// every other row the windows mutated by the design's law, each with a count of its own and independently of the
// other, then the context. Made on the host and copied. Depends on (design, locus identity, wild type) and nothing
// else. Errors: config.
Library context_library(device::Backend const& backend, Design const& design, std::uint64_t locus_identity,
                        std::span<std::uint8_t const> wild_type);

}  // namespace shoal::library
