// SPDX-License-Identifier: MIT
// Whether maps are the same where they should be, and small where there is nothing to explain: the locus's reverse
// complement, the locus moved by one base, and a shuffle of it are explained too.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/design.hpp"
#include "scan/stability.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// Errors: config, for libraries that have no counterpart at another sequence: with windows, of other designs than
// random, or growing ones.
void check_sanity_design(library::Design const& design, StabilityOptions const& stability);

// Adds the names of the numbers below, and their definitions, to a method whose maps predict (predicting_array).
void add_sanity_schema(bool measures, std::int64_t length, store::MethodSchema& schema);

// The maps [4, length] of a locus and its three controls.
struct SanityMaps {
  std::span<float const> locus, reverse_complement, moved, shuffled;
};

// The controls of a sequence, in the order of SanityMaps: its reverse complement; moved by one base to the right, its
// last base coming in at the left; and the shuffle, which the caller has drawn.
std::vector<std::vector<std::uint8_t>> sanity_sequences(std::span<std::uint8_t const> sequence,
                                                        std::vector<std::uint8_t> shuffled);

// Of maps whose positions have lost their mean over bases: the Pearson correlation with the reverse complement's map,
// turned round; that with the moved locus's map over the positions that both have; and the Euclidean norm of the
// shuffle's map over that of the locus's (0 if that is 0).
std::vector<double> sanity_numbers(SanityMaps const& maps);

}  // namespace shoal::scan
