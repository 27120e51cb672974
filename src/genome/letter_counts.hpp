// SPDX-License-Identifier: MIT
// How many letters of a file are not those of nucleotides: whether it is DNA or RNA at all.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "genome/codes.hpp"

namespace shoal::genome {

class LetterCounts {
 public:
  // Counts letters of a sequence. `where()` makes the text that names the place of the first foreign one.
  template <class Where>
  void add(std::string_view letters, Where const& where) {
    letters_ += static_cast<std::int64_t>(letters.size());
    auto const foreign = std::find_if_not(letters.begin(), letters.end(), is_nucleotide);
    if (foreign == letters.end()) return;
    if (first_place_.empty()) first_place_ = where();
    count_foreign(letters.substr(static_cast<std::size_t>(foreign - letters.begin())));
  }

  // Errors: input, naming `path`, counts, letters and the first place, when more than a tenth of the letters are no
  // IUPAC codes of DNA or RNA (protein, gaps of an alignment).
  void refuse_foreign(std::string const& path) const;
  // Warns, once, if there are fewer.
  void report(std::string const& path);

 private:
  void count_foreign(std::string_view letters);
  std::string text() const;

  std::int64_t letters_ = 0;
  std::int64_t foreign_ = 0;
  std::array<std::int64_t, 256> by_letter_{};  // counts of foreign letters, in capitals
  std::string first_place_;
  bool is_reported_ = false;
};

}  // namespace shoal::genome
