// SPDX-License-Identifier: MIT
// Sequences with the dinucleotides of another one, in random order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/random_draws.hpp"

namespace shoal::library {

// Codes [length] with the dinucleotides of `sequence` in another order: every run of known bases is a random one, all
// equally probable, of the sequences with the run's first and last base and its count of every dinucleotide (Altschul
// and Erickson, Mol. Biol. Evol. 1985). N stays where it is.
std::vector<std::uint8_t> shuffled_dinucleotides(std::span<std::uint8_t const> sequence, Draws& draws);

}  // namespace shoal::library
