// SPDX-License-Identifier: MIT
// Tables of letters and responses for the tests of feature operators and linear fits, drawn from a small generator.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::test {

// Letters [rows, length], responses [rows, tasks] and weights [rows], with the views that a fit takes.
struct Letters {
  std::int64_t length = 0;
  std::int64_t rows = 0;
  std::int64_t tasks = 1;
  int alphabet = 4;
  std::vector<std::uint8_t> letters;
  std::vector<double> responses;
  std::vector<double> weights;
  surrogate::Split split;

  surrogate::Observations observations() const {
    return {{letters.data(), rows, length, length},
            alphabet,
            {},
            {responses.data(), rows, tasks, tasks},
            weights,
            {},
            split};
  }
  std::uint8_t letter(std::int64_t row, std::int64_t position) const { return letters[row * length + position]; }
};

// How letters are drawn around a wild type, which is row 0.
struct Draw {
  std::int64_t length = 6;
  std::int64_t rows = 200;
  int alphabet = 4;
  double rate = 0.3;           // share of positions that take another letter
  double missing = 0.0;        // share of positions 0 and 2 that are missing
  std::int64_t constant = -1;  // a position that keeps its letter
  std::int64_t tasks = 1;
  bool weighted = false;
  unsigned seed = 1;
};

// Responses are normal; training rows are three quarters, validation the rest.
inline Letters drawn_letters(Draw const& draw) {
  std::mt19937 generator(draw.seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::normal_distribution<double> normal;
  Letters table{draw.length, draw.rows, draw.tasks, draw.alphabet, {}, {}, {}, {}};
  for (std::int64_t row = 0; row < draw.rows; ++row) {
    for (std::int64_t position = 0; position < draw.length; ++position) {
      auto letter = static_cast<std::uint8_t>(row == 0 ? generator() % draw.alphabet : table.letters[position]);
      if (row > 0 && position != draw.constant && uniform(generator) < draw.rate) {
        letter = static_cast<std::uint8_t>((letter + 1 + generator() % (draw.alphabet - 1)) % draw.alphabet);
      }
      if (row > 0 && (position == 0 || position == 2) && uniform(generator) < draw.missing) {
        letter = surrogate::missing_letter;
      }
      table.letters.push_back(letter);
    }
    for (std::int64_t task = 0; task < draw.tasks; ++task) table.responses.push_back(normal(generator));
    if (draw.weighted) table.weights.push_back(0.5 + uniform(generator));
  }
  std::int64_t const train = draw.rows * 3 / 4;
  table.split = {{0, train}, {train, draw.rows}, {draw.rows, draw.rows}};
  return table;
}

inline std::vector<double> drawn_numbers(std::int64_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> numbers(count);
  for (double& number : numbers) number = normal(generator);
  return numbers;
}

}  // namespace shoal::test
