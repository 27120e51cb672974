// SPDX-License-Identifier: MIT
#include "compare/metrics/position_scores.hpp"

#include <cmath>

namespace shoal::compare {

std::string_view to_string(Form form) {
  switch (form) {
    case Form::own:
      return "own";
    case Form::own_corrected:
      return "own-corrected";
    case Form::l2:
      return "l2";
    case Form::l2_corrected:
      return "l2-corrected";
    case Form::wild_type:
      break;
  }
  return "wild-type";
}

std::vector<double> corrected(std::span<double const> map) {
  std::size_t const length = map.size() / 4;
  std::vector<double> result(map.begin(), map.end());
  for (std::size_t position = 0; position < length; ++position) {
    double const mean =
        (map[position] + map[length + position] + map[2 * length + position] + map[3 * length + position]) / 4;
    for (std::size_t base = 0; base < 4; ++base) result[base * length + position] -= mean;
  }
  return result;
}

std::vector<std::vector<double>> position_scores(std::span<double const> map, std::span<std::uint8_t const> codes) {
  std::size_t const length = codes.size();
  std::vector<std::vector<double>> scores(position_forms.size(), std::vector<double>(length));
  for (std::size_t position = 0; position < length; ++position) {
    if (codes[position] > 3) continue;
    double const own = map[codes[position] * length + position];
    double sum = 0, squares = 0, effects = 0;
    for (std::size_t base = 0; base < 4; ++base) {
      double const value = map[base * length + position];
      sum += value;
      squares += value * value;
      effects += (value - own) * (value - own);
    }
    double corrected_squares = 0;
    for (std::size_t base = 0; base < 4; ++base) {
      double const value = map[base * length + position] - sum / 4;
      corrected_squares += value * value;
    }
    scores[0][position] = own;
    scores[1][position] = own - sum / 4;
    scores[2][position] = std::sqrt(squares);
    scores[3][position] = std::sqrt(corrected_squares);
    scores[4][position] = std::sqrt(effects);
  }
  return scores;
}

}  // namespace shoal::compare
