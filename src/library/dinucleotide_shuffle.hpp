// SPDX-License-Identifier: MIT
// Random sequences with the dinucleotides of another sequence.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/random_draws.hpp"

namespace shoal::library {

// Codes [length] with the dinucleotides of `sequence` in another order. Every run of known bases is a random sequence,
// all equally probable, among those with the run's first and last base and its count of every dinucleotide (Altschul
// and Erickson, Mol. Biol. Evol. 1985). N stays where it is.
std::vector<std::uint8_t> shuffled_dinucleotides(std::span<std::uint8_t const> sequence, Draws& draws);

}  // namespace shoal::library
