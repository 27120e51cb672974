// SPDX-License-Identifier: MIT
#include "surrogate/observations.hpp"

#include <fmt/core.h>

#include <cmath>
#include <string_view>

#include "base/error.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

namespace {

void check_split(Observations const& data) {
  Split const& split = data.split;
  if (split.train.begin != 0 || split.train.size() <= 0) {
    fail(ErrorCode::config, "the split leaves no training row: give more rows, or a smaller share to the other parts");
  }
  std::int64_t previous = split.train.end;
  for (kernels::RowRange const part : {split.validation, split.test}) {
    if (part.size() == 0) continue;
    if (part.size() < 0 || part.begin < previous) {
      fail(ErrorCode::config, "the parts of a split overlap or are not in the order training, validation, test");
    }
    previous = part.end;
  }
  if (previous > data.rows()) {
    fail(ErrorCode::config, fmt::format("the split ends at row {}, the table has {} rows", previous, data.rows()));
  }
}

void check_letters(Observations const& data) {
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    for (std::int64_t position = 0; position < data.length(); ++position) {
      std::uint8_t const letter = data.letters.data[row * data.letters.stride + position];
      if (letter >= data.alphabet && letter != missing_letter) {
        fail(ErrorCode::numeric, fmt::format("row {}, position {}: letter {} is not of an alphabet of {}", row,
                                             position, letter, data.alphabet));
      }
    }
  }
}

void check_positive(std::span<double const> values, std::int64_t rows, std::string_view what) {
  if (values.empty()) return;
  if (static_cast<std::int64_t>(values.size()) != rows) {
    fail(ErrorCode::numeric, fmt::format("there are {} {}s for {} rows", values.size(), what, rows));
  }
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!(values[row] > 0) || !std::isfinite(values[row])) {
      fail(ErrorCode::numeric,
           fmt::format("row {}: the {} is {}, it must be positive and finite", row, what, values[row]));
    }
  }
}

}  // namespace

void validate(Observations const& observations) {
  check_split(observations);
  expect(observations.responses.rows == observations.rows(), "observations need one row of responses per sequence");
  check_letters(observations);
  for (std::int64_t row = 0; row < observations.rows(); ++row) {
    for (std::int64_t task = 0; task < observations.tasks(); ++task) {
      double const value = observations.responses.data[row * observations.responses.stride + task];
      if (!std::isfinite(value)) {
        fail(ErrorCode::numeric, fmt::format("the response of row {}, task {} is not finite: {}", row, task, value));
      }
    }
  }
  check_positive(observations.weights, observations.rows(), "weight");
  check_positive(observations.standard_errors, observations.rows(), "standard error");
}

}  // namespace shoal::surrogate
