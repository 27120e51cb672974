// SPDX-License-Identifier: MIT
#include "library/motif.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/library/packed.hpp"
#include "library/dinucleotide_shuffle.hpp"

namespace shoal::library {

namespace {

// Place i of the letters stands for the bases whose bits i + 1 has.
constexpr std::string_view letters_of_bits = "ACMGRSVTWYHKDBN";

std::uint8_t bits_of(char letter) {
  return static_cast<std::uint8_t>(letters_of_bits.find(letter) + 1);
}

bool is_known(std::uint8_t code) {
  return code != kernels::code_n;
}

// Bases in random order; those that are N stay.

}  // namespace

std::vector<std::uint8_t> permuted(std::vector<std::uint8_t> letters, Draws& draws) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (is_known(letters[i])) known.push_back(i);
  }
  for (std::size_t left = known.size(); left > 1; --left) {
    std::swap(letters[known[left - 1]], letters[known[draws.below(left)]]);
  }
  return letters;
}

char iupac_letter(std::uint8_t bases) {
  return letters_of_bits[bases - 1U];
}

std::vector<std::uint8_t> Motif::choices() const {
  std::vector<std::uint8_t> bits;
  for (char const letter : letters) bits.push_back(bits_of(letter));
  return bits;
}

Motif parse_motif(std::string_view text) {
  auto const equals = text.find('=');
  std::string_view const given = trim(equals == std::string_view::npos ? text : text.substr(equals + 1));
  Motif motif{.name = std::string(equals == std::string_view::npos ? given : trim(text.substr(0, equals))),
              .letters = {}};
  auto const refuse = [text](std::string const& why) {
    fail(ErrorCode::config, fmt::format("--motif {}: {}", quoted(text), why));
  };
  if (motif.name.empty()) refuse("it has no name");
  if (motif.name.find_first_of("/:,\t\n") != std::string::npos) refuse("a name has no /, colon, comma or tab");
  for (char letter : given) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    if (letter == 'U') letter = 'T';
    if (letters_of_bits.find(letter) == std::string_view::npos) {
      refuse(fmt::format("{} is no IUPAC letter of DNA", quoted(std::string_view(&letter, 1))));
    }
    motif.letters += letter;
  }
  if (motif.letters.find_first_not_of('N') == std::string::npos) refuse("it has no base");
  return motif;
}

std::vector<std::uint8_t> draw_motif(Motif const& motif, Draws& draws) {
  std::vector<std::uint8_t> codes;
  for (std::uint8_t const bits : motif.choices()) {
    if (bits == 15) {
      codes.push_back(kernels::code_n);
      continue;
    }
    auto const count = static_cast<std::uint64_t>(std::popcount(bits));
    std::uint64_t skipped = count == 1 ? 0 : draws.below(count);
    std::uint8_t base = 0;
    while (((bits >> base) & 1) == 0 || skipped-- > 0) ++base;
    codes.push_back(base);
  }
  return codes;
}

Control parse_control(std::string_view name) {
  for (Control const control : {Control::scrambled, Control::dinucleotide}) {
    if (name == to_string(control)) return control;
  }
  fail(ErrorCode::config, fmt::format("--controls {}: choose scrambled, dinucleotide or both", quoted(name)));
}

std::string_view to_string(Control control) {
  return control == Control::scrambled ? "scrambled" : "dinucleotide";
}

std::vector<std::uint8_t> control_of(Motif const& motif, std::vector<std::uint8_t> const& letters, Control control,
                                     Draws& draws) {
  // Half of the orders differ if the letters are the least varied ones that have another order; so one of 64 does.
  constexpr int attempts = 64;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto made = control == Control::scrambled ? permuted(letters, draws) : shuffled_dinucleotides(letters, draws);
    if (made != letters) return made;
  }
  fail(ErrorCode::config,
       fmt::format("the motif {} ({}) has no other order of its {}: leave {} out of --controls", motif.name,
                   motif.letters, control == Control::scrambled ? "bases" : "dinucleotides", to_string(control)));
}

}  // namespace shoal::library
