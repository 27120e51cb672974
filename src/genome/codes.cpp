// SPDX-License-Identifier: MIT
#include "genome/codes.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/packed.hpp"

namespace shoal::genome {

bool is_sequence_character(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') || character == '*' ||
         character == '-';
}

std::uint8_t to_code(char character) {
  switch (character) {
    case 'A':
    case 'a':
      return 0;
    case 'C':
    case 'c':
      return 1;
    case 'G':
    case 'g':
      return 2;
    case 'T':
    case 't':
      return 3;
    default:
      return kernels::code_n;
  }
}

void reverse_complement(Codes& sequence) {
  std::reverse(sequence.begin(), sequence.end());
  for (std::uint8_t& code : sequence) {
    if (code != kernels::code_n) code = static_cast<std::uint8_t>(3 - code);
  }
}

std::string to_text(Codes const& sequence) {
  std::string text;
  text.reserve(sequence.size());
  for (std::uint8_t const code : sequence) {
    expect(code <= kernels::code_n, "to_text: a base code above 4");
    text.push_back("ACGTN"[code]);
  }
  return text;
}

Codes to_codes(std::string const& text) {
  Codes sequence;
  sequence.reserve(text.size());
  for (char const character : text) {
    if (!is_sequence_character(character)) {
      fail(ErrorCode::input, fmt::format("{} at position {} of a sequence is not a letter",
                                         quoted(std::string_view(&character, 1)), sequence.size() + 1));
    }
    sequence.push_back(to_code(character));
  }
  return sequence;
}

}  // namespace shoal::genome
