// SPDX-License-Identifier: MIT
#include "app/commands/fit_table.hpp"

#include <fmt/core.h>

#include <cmath>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/line_reader.hpp"
#include "surrogate/row_draws.hpp"

namespace shoal::app {

namespace {

using genome::RowSet;

std::int64_t share(double fraction, std::int64_t rows) {
  return std::llround(fraction * static_cast<double>(rows));
}

std::vector<double> in_order(std::vector<double> const& values, std::vector<std::int64_t> const& order) {
  std::vector<double> ordered;
  if (values.empty()) return ordered;
  for (std::int64_t const row : order) ordered.push_back(values[static_cast<std::size_t>(row)]);
  return ordered;
}

}  // namespace

void SplitOptions::validate() const {
  for (auto const& [name, value] : {std::pair{"validation", validation}, std::pair{"holdout", holdout}}) {
    if (!(value >= 0 && value < 1)) fail(ErrorCode::config, fmt::format("--{} {}: choose 0 to below 1", name, value));
  }
  if (validation + holdout >= 1) {
    fail(ErrorCode::config,
         fmt::format("--validation {} and --holdout {} leave no row to train on", validation, holdout));
  }
}

FitTable::FitTable(genome::MeasurementTable table, surrogate::Alphabet alphabet, SplitOptions const& split)
    : table_(std::move(table)), alphabet_(std::move(alphabet)) {
  split.validate();
  divide(split);
  if (split_.train.size() == 0) {
    fail(ErrorCode::config, fmt::format("{}: no row is left to train on; change the split", table_.path));
  }
  for (std::size_t row = 0; row < table_.rows(); ++row) {
    double const value = table_.measurements[row];
    if (!std::isfinite(value))
      fail(ErrorCode::input, fmt::format("{}: {} is no finite measurement", table_.where(row), value));
  }
  letters_.reserve(order_.size() * table_.sequences.front().size());
  for (std::int64_t const row : order_) {
    auto const at = static_cast<std::size_t>(row);
    auto const codes = alphabet_.encode(table_.sequences[at], table_.where(at));
    letters_.insert(letters_.end(), codes.begin(), codes.end());
  }
  responses_ = in_order(table_.measurements, order_);
  weights_ = in_order(table_.weights, order_);
  standard_errors_ = in_order(table_.standard_errors, order_);
}

// Rows are shuffled in every case: a table may be sorted, and solvers take contiguous blocks.
void FitTable::divide(SplitOptions const& split) {
  auto const rows = static_cast<std::int64_t>(table_.rows());
  auto const shuffled = surrogate::shuffled_rows(rows, split.seed, surrogate::RowPurpose::split);
  std::vector<std::int64_t> train, validation, test;
  for (std::int64_t const row : shuffled) {
    RowSet const set = table_.sets.empty() ? RowSet::train : table_.sets[static_cast<std::size_t>(row)];
    (set == RowSet::test ? test : set == RowSet::validation ? validation : train).push_back(row);
  }
  auto const move_from_train = [&train](std::vector<std::int64_t>& other, std::int64_t count) {
    other.assign(train.end() - count, train.end());
    train.resize(train.size() - static_cast<std::size_t>(count));
  };
  auto const available = static_cast<std::int64_t>(train.size());
  if (table_.sets.empty()) move_from_train(test, share(split.holdout, available));
  if (validation.empty()) move_from_train(validation, share(split.validation, available));
  for (auto const* part : {&train, &validation, &test}) order_.insert(order_.end(), part->begin(), part->end());
  auto const trained = static_cast<std::int64_t>(train.size());
  auto const fitted = trained + static_cast<std::int64_t>(validation.size());
  split_ = {{0, trained}, {trained, fitted}, {fitted, rows}};
}

surrogate::Observations FitTable::observations() const {
  return {.letters = {letters_.data(), rows(), length(), length()},
          .alphabet = alphabet_.size(),
          .letter_names = alphabet_.letters(),
          .responses = {responses_.data(), rows(), 1, 1},
          .weights = weights_,
          .standard_errors = standard_errors_,
          .split = split_};
}

genome::RowSet FitTable::set_at(std::int64_t place) const {
  if (place < split_.train.end) return RowSet::train;
  return place < split_.validation.end ? RowSet::validation : RowSet::test;
}

std::vector<double> read_frequencies(std::string const& path, int alphabet) {
  genome::LineReader file(path);
  std::vector<double> frequencies;
  std::string line;
  while (file.next(line)) {
    if (trim(line).empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string word;
    int count = 0;
    for (; words >> word; ++count) {
      auto const value = parse_real(word);
      if (!value) fail(ErrorCode::input, fmt::format("{}: {} is not a number", file.where(), shoal::quoted(word)));
      frequencies.push_back(*value);
    }
    if (count != alphabet) {
      fail(ErrorCode::input,
           fmt::format("{}: {} numbers for an alphabet of {} letters", file.where(), count, alphabet));
    }
  }
  return frequencies;
}

}  // namespace shoal::app
