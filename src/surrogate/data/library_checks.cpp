// SPDX-License-Identifier: MIT
#include "surrogate/data/library_checks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <vector>

#include "base/text.hpp"
#include "surrogate/gauge.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

namespace {

constexpr std::size_t positions_named = 3;

// Whether a row has at most one letter that is not the consensus.
bool at_most_one_change(std::span<std::uint8_t const> row, std::span<std::uint8_t const> consensus) {
  int changes = 0;
  for (std::size_t position = 0; position < row.size(); ++position) {
    if (row[position] != missing_letter && row[position] != consensus[position] && ++changes > 1) return false;
  }
  return true;
}

void note_unseen(std::span<double const> counts, Observations const& observations, LibraryChecks& checks) {
  int const alphabet = observations.alphabet;
  std::string_view const names = observations.letter_names;
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < counts.size(); at += static_cast<std::size_t>(alphabet)) {
    auto const here = counts.subspan(at, static_cast<std::size_t>(alphabet));
    auto const lacking = std::count(here.begin(), here.end(), 0.0);
    if (lacking == 0 || lacking >= alphabet - 1) continue;
    checks.unseen += lacking;
    std::vector<std::string> letters;
    for (std::size_t letter = 0; letter < here.size(); ++letter) {
      if (here[letter] != 0.0) continue;
      letters.push_back(letter < names.size() ? std::string(1, names[letter]) : fmt::format("{}", letter));
    }
    if (texts.size() <= positions_named) {
      texts.push_back(
          texts.size() < positions_named
              ? fmt::format("position {} lacks {}", at / static_cast<std::size_t>(alphabet), join(letters, ", "))
              : "…");
    }
  }
  checks.unseen_text = join(texts, "; ");
}

}  // namespace

std::int64_t fitted_rows(Observations const& observations) {
  return std::max(observations.split.train.end, observations.split.validation.end);
}

bool constant_response(Observations const& observations, std::int64_t task) {
  auto const& responses = observations.responses;
  for (std::int64_t row = 1; row < fitted_rows(observations); ++row) {
    if (responses.data[row * responses.stride + task] != responses.data[task]) return false;
  }
  return true;
}

LibraryChecks check_library(Observations const& observations) {
  auto letters = observations.letters;
  letters.rows = fitted_rows(observations);
  auto const counts = letter_counts(letters, observations.alphabet);
  auto const alphabet = static_cast<std::size_t>(observations.alphabet);
  LibraryChecks checks;
  std::vector<std::uint8_t> consensus;
  for (std::size_t at = 0; at < counts.size(); at += alphabet) {
    auto const here = std::span(counts).subspan(at, alphabet);
    consensus.push_back(static_cast<std::uint8_t>(std::max_element(here.begin(), here.end()) - here.begin()));
    if (std::count_if(here.begin(), here.end(), [](double count) { return count > 0; }) > 1) checks.varies = true;
  }
  checks.single_mutants = true;
  for (std::int64_t row = 0; row < letters.rows && checks.single_mutants; ++row) {
    std::span const all(letters.data + row * letters.stride, static_cast<std::size_t>(letters.columns));
    checks.single_mutants = at_most_one_change(all, consensus);
  }
  note_unseen(counts, observations, checks);
  return checks;
}

}  // namespace shoal::surrogate
