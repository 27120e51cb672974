// SPDX-License-Identifier: MIT
#include "genome/codes.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::genome {

void reverse_complement(Codes& sequence) {
  std::reverse(sequence.begin(), sequence.end());
  // Written in any case, so that the compiler processes many bases at a time.
  for (std::uint8_t& code : sequence) code = code == kernels::code_n ? code : static_cast<std::uint8_t>(3 - code);
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
