// SPDX-License-Identifier: MIT
#include "surrogate/alphabet.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

namespace {

struct NamedAlphabet {
  std::string_view name;
  std::string_view letters;
  std::string_view unknown;
};

constexpr NamedAlphabet named_alphabets[] = {
    {"dna", "ACGT", "N-."},
    {"rna", "ACGU", "N-."},
    {"diploid", "ACGTRYSWKM", "N-."},
    {"protein", "ACDEFGHIKLMNPQRSTVWY", "X-."},
    {"protein*", "ACDEFGHIKLMNPQRSTVWY*", "X-."},
};

constexpr std::size_t most_letters = 64;

std::size_t upper(char character) {
  return static_cast<std::size_t>(std::toupper(static_cast<unsigned char>(character)));
}
std::size_t lower(char character) {
  return static_cast<std::size_t>(std::tolower(static_cast<unsigned char>(character)));
}

}  // namespace

Alphabet::Alphabet(std::string_view name_or_letters) : letters_(name_or_letters) {
  std::string_view unknown;
  for (NamedAlphabet const& named : named_alphabets) {
    if (named.name == name_or_letters) {
      letters_ = named.letters;
      unknown = named.unknown;
    }
  }
  if (letters_.size() < 2 || letters_.size() > most_letters) {
    fail(ErrorCode::config, fmt::format("alphabet {}: give dna, rna, diploid, protein, protein* or 2 to {} letters",
                                        quoted(name_or_letters), most_letters));
  }
  codes_.fill(-1);
  std::int16_t code = 0;
  for (char& letter : letters_) {
    letter = static_cast<char>(upper(letter));
    if (std::isspace(static_cast<unsigned char>(letter)) != 0 || codes_[upper(letter)] >= 0) {
      fail(ErrorCode::config, fmt::format("alphabet {}: the letter {} is there twice, or is white space",
                                          quoted(name_or_letters), quoted(std::string_view(&letter, 1))));
    }
    codes_[upper(letter)] = codes_[lower(letter)] = code++;
  }
  // RNA is DNA with U for T.
  if (!unknown.empty() && unknown.front() == 'N') {
    std::int16_t const code_of_t = std::max(codes_['T'], codes_['U']);
    for (char const letter : {'T', 't', 'U', 'u'}) codes_[static_cast<std::size_t>(letter)] = code_of_t;
  }
  for (char const character : unknown) codes_[upper(character)] = codes_[lower(character)] = missing_letter;
}

std::vector<std::uint8_t> Alphabet::encode(std::string_view sequence, std::string_view where) const {
  std::vector<std::uint8_t> codes(sequence.size());
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    std::int16_t const code = codes_[static_cast<unsigned char>(sequence[i])];
    if (code < 0) {
      fail(ErrorCode::input, fmt::format("{}: character {} of the sequence is {}, which the alphabet {} does not have",
                                         where, i + 1, quoted(sequence.substr(i, 1)), letters_));
    }
    codes[i] = static_cast<std::uint8_t>(code);
  }
  return codes;
}

std::string Alphabet::decode(std::vector<std::uint8_t> const& codes) const {
  std::string text(codes.size(), '-');
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] < letters_.size()) text[i] = letters_[codes[i]];
  }
  return text;
}

}  // namespace shoal::surrogate
