// SPDX-License-Identifier: MIT
#include "genome/letter_counts.hpp"

#include <fmt/core.h>

#include <cctype>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace shoal::genome {

namespace {

// A file of nucleotides has at most one foreign letter in so many.
constexpr std::int64_t most_foreign = 10;
// How many letters a message names.
constexpr std::size_t named_letters = 6;

}  // namespace

void LetterCounts::count_foreign(std::string_view letters) {
  for (char const letter : letters) {
    if (is_nucleotide(letter)) continue;
    ++foreign_;
    ++by_letter_[static_cast<std::size_t>(std::toupper(static_cast<unsigned char>(letter)))];
  }
}

// "36 of 160 letters (22.5 %) are no IUPAC codes of DNA or RNA ('L' 16, 'E' 10, …), the first in PLACE".
std::string LetterCounts::text() const {
  std::vector<std::size_t> present;
  for (std::size_t letter = 0; letter < by_letter_.size(); ++letter) {
    if (by_letter_[letter] > 0) present.push_back(letter);
  }
  std::stable_sort(present.begin(), present.end(),
                   [this](std::size_t left, std::size_t right) { return by_letter_[left] > by_letter_[right]; });
  std::vector<std::string> named;
  for (std::size_t const letter : present) {
    char const character = static_cast<char>(letter);
    if (named.size() < named_letters) {
      named.push_back(fmt::format("{} {}", quoted(std::string_view(&character, 1)), by_letter_[letter]));
    }
  }
  if (present.size() > named.size()) named.emplace_back("…");
  return fmt::format("{} of {} letters ({:.3g} %) are no IUPAC codes of DNA or RNA ({}), the first in {}", foreign_,
                     letters_, 100.0 * static_cast<double>(foreign_) / static_cast<double>(letters_), join(named, ", "),
                     first_place_);
}

void LetterCounts::refuse_foreign(std::string const& path) const {
  if (foreign_ * most_foreign <= letters_) return;
  fail(ErrorCode::input,
       fmt::format("{}: {}: is it protein or an alignment with gaps? Give nucleotides, without gaps", path, text()));
}

void LetterCounts::report(std::string const& path) {
  if (foreign_ == 0 || std::exchange(is_reported_, true)) return;
  log(LogLevel::warning, fmt::format("{}: {}; they are read as N", path, text()));
}

}  // namespace shoal::genome
