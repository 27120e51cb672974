// SPDX-License-Identifier: MIT
// Letters of sequences and their codes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::surrogate {

// Letters in the order of their codes 0, 1, …; lower and upper case mean the same. Characters that stand for "unknown"
// are given at construction and have the code missing_letter; white space and digits cannot be among them.
class Alphabet {
 public:
  // "dna" (ACGT), "rna" (ACGU), "protein" (ACDEFGHIKLMNPQRSTVWY), "protein*" (with the stop '*'), or the letters
  // themselves ("01", "ACGT-"). Unknown are N for dna and rna, X for the proteins, '-' and '.' for all four where they
  // are no letters; an alphabet of the user's own has none. In dna, rna and diploid, T and U are one letter. Errors:
  // config, for fewer than two letters, a letter that is there twice, white space, or more than 64 letters.
  explicit Alphabet(std::string_view name_or_letters);

  std::string const& letters() const { return letters_; }
  int size() const { return static_cast<int>(letters_.size()); }

  // The codes of `sequence`. Errors: input, naming `where`, the column (from 1) and the character, when one is neither
  // a letter nor unknown.
  std::vector<std::uint8_t> encode(std::string_view sequence, std::string_view where) const;
  // The letters of codes; '-' where one is missing.
  std::string decode(std::vector<std::uint8_t> const& codes) const;

 private:
  std::string letters_;
  std::array<std::int16_t, 256> codes_;  // -1 for no letter
};

}  // namespace shoal::surrogate
