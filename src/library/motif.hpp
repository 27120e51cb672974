// SPDX-License-Identifier: MIT
// Motifs that are put into contexts: IUPAC strings, drawn, reverse-complemented, and scrambled for controls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "library/random_draws.hpp"

namespace shoal::library {

struct Motif {
  std::string name;
  std::string letters;  // IUPAC, upper case: A C G T R Y S W K M B D H V, and N for a base of the context

  std::int32_t length() const { return static_cast<std::int32_t>(letters.size()); }
  // Bases that each position may have, as bits 1, 2, 4, 8 of A, C, G, T; 15 for N.
  std::vector<std::uint8_t> choices() const;
};

// The IUPAC letter of a set of bases, not empty, as those bits.
char iupac_letter(std::uint8_t bases);

// "NAME=LETTERS", or letters that name themselves; U is T. Errors: config, naming what is wrong.
Motif parse_motif(std::string_view text);

// Codes [length]: an ambiguous position gets one of its bases, each equally probable; N is kernels::code_n, which
// leaves the context's base.
std::vector<std::uint8_t> draw_motif(Motif const& motif, Draws& draws);

// The known bases of `letters` in a random order, all equally probable; N stays where it is.
std::vector<std::uint8_t> permuted(std::vector<std::uint8_t> letters, Draws& draws);

enum class Control { scrambled, dinucleotide };

// "scrambled" or "dinucleotide". Errors: config.
Control parse_control(std::string_view name);
std::string_view to_string(Control control);

// The known bases of `letters` in another order that is not their own: any order (scrambled), or one with the same
// dinucleotides and ends. N stays. Errors: config, naming the motif, when there is none.
std::vector<std::uint8_t> control_of(Motif const& motif, std::vector<std::uint8_t> const& letters, Control control,
                                     Draws& draws);

}  // namespace shoal::library
