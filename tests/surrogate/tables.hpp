// SPDX-License-Identifier: MIT
// Libraries and scores for the tests of the surrogates: from text, or drawn from a small generator.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "device/backend.hpp"
#include "device/buffer.hpp"
#include "library/library.hpp"
#include "surrogate/additive_ridge.hpp"

namespace shoal::test {

// Sequences [rows, length] as codes and scores [rows, tasks], on the host.
struct Table {
  std::int32_t length = 0;
  std::int64_t rows = 0;
  std::int64_t tasks = 1;
  std::vector<std::uint8_t> codes;
  std::vector<float> scores;

  std::uint8_t code(std::int64_t row, std::int64_t position) const {
    return codes[static_cast<std::size_t>(row * length + position)];
  }
  double score(std::int64_t row, std::int64_t task) const {
    return scores[static_cast<std::size_t>(row * tasks + task)];
  }
};

inline void append_codes(std::string_view sequence, std::vector<std::uint8_t>& codes) {
  constexpr std::string_view letters = "ACGTN";
  for (char const letter : sequence) {
    codes.push_back(static_cast<std::uint8_t>(letters.find(letter == 'U' ? 'T' : letter)));
  }
}

// Random mutants of a random wild type (row 0) with additive scores, noise and, for odd tasks, curvature.
inline Table drawn_table(std::int32_t length, std::int64_t rows, std::int64_t tasks, double rate, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::normal_distribution<double> normal;
  Table table{length, rows, tasks, {}, {}};
  std::vector<double> effects(static_cast<std::size_t>(4 * length));
  for (double& effect : effects) effect = normal(generator);
  for (std::int64_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (std::int32_t position = 0; position < length; ++position) {
      auto code = static_cast<std::uint8_t>(row == 0 ? generator() % 4 : table.code(0, position));
      if (row > 0 && uniform(generator) < rate) code = static_cast<std::uint8_t>((code + 1 + generator() % 3) % 4);
      table.codes.push_back(code);
      sum += effects[static_cast<std::size_t>(4 * position + code)];
    }
    for (std::int64_t task = 0; task < tasks; ++task) {
      double const value = task % 2 == 0 ? sum : 10.0 + std::tanh(sum);
      table.scores.push_back(static_cast<float>(value + 0.3 * normal(generator)));
    }
  }
  return table;
}

inline std::vector<surrogate::AdditiveFit> fit(device::Backend const& backend, Table const& table,
                                               surrogate::RidgeOptions const& options) {
  library::Library const library = library::explicit_library(backend, table.codes, table.rows, table.length);
  device::Buffer<float> const scores(backend, std::span<float const>(table.scores));
  return surrogate::fit_additive_ridge(backend, library.view(), scores.data(), table.tasks, options);
}

}  // namespace shoal::test
