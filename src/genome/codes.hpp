// SPDX-License-Identifier: MIT
// Letters and base codes, one at a time, and the other strand.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "genome/loci.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::genome {

// No code of a base: a character that no sequence contains.
inline constexpr std::uint8_t code_invalid = 255;

// The code of every character: 0..3 for A, C, G, T in either case, U as T, kernels::code_n for any other letter, a stop
// or pad ('*') and a gap ('-', '.'), and code_invalid for the rest.
inline constexpr std::array<std::uint8_t, 256> codes_of_characters = [] {
  std::array<std::uint8_t, 256> codes{};
  codes.fill(code_invalid);
  for (unsigned letter = 0; letter < 26; ++letter) codes['A' + letter] = codes['a' + letter] = kernels::code_n;
  codes['*'] = codes['-'] = codes['.'] = kernels::code_n;
  codes['A'] = codes['a'] = 0;
  codes['C'] = codes['c'] = 1;
  codes['G'] = codes['g'] = 2;
  codes['T'] = codes['t'] = codes['U'] = codes['u'] = 3;
  return codes;
}();

inline std::uint8_t to_code(char character) {
  return codes_of_characters[static_cast<unsigned char>(character)];
}
inline bool is_sequence_character(char character) {
  return to_code(character) != code_invalid;
}

// Whether a letter is one of the IUPAC codes of DNA and RNA, in either case.
inline constexpr std::array<bool, 256> are_nucleotides = [] {
  std::array<bool, 256> are{};
  for (unsigned char const letter : std::string_view("ACGTURYSWKMBDHVNacgturyswkmbdhvn")) are[letter] = true;
  return are;
}();
inline bool is_nucleotide(char character) {
  return are_nucleotides[static_cast<unsigned char>(character)];
}

// Replaces `sequence` by its reverse complement; N stays N.
void reverse_complement(Codes& sequence);

}  // namespace shoal::genome
