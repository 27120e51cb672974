// SPDX-License-Identifier: MIT
#include "surrogate/sparse/one_hot_sums.hpp"

#include <algorithm>
#include <cmath>

namespace shoal::surrogate {

OneHotSums::OneHotSums(Observations const& observations, kernels::RowRange rows, std::int64_t task)
    : length(observations.length()),
      alphabet(observations.alphabet),
      size(length * alphabet),
      means(size, 0.0),
      matrix(size * size, 0.0),
      sides(size, 0.0) {
  auto const weight = [&](std::int64_t row) { return observations.weights.empty() ? 1.0 : observations.weights[row]; };
  auto const response = [&](std::int64_t row) {
    return observations.responses.data[row * observations.responses.stride + task];
  };
  auto const each_letter = [&](std::int64_t row, auto const& f) {
    std::uint8_t const* const letters = observations.letters.data + row * observations.letters.stride;
    for (std::int64_t position = 0; position < length; ++position) {
      if (letters[position] != missing_letter) f(position * alphabet + letters[position]);
    }
  };
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    total += weight(row);
    mean += weight(row) * response(row);
    each_letter(row, [&](std::int64_t column) { means[column] += weight(row); });
  }
  mean /= total;
  for (double& value : means) value /= total;
  constexpr std::int64_t tile_rows = 512;
  std::vector<double> tile(tile_rows * size);
  for (std::int64_t first = rows.begin; first < rows.end; first += tile_rows) {
    std::int64_t const last = std::min(rows.end, first + tile_rows);
    for (std::int64_t row = first; row < last; ++row) {
      double* const out = tile.data() + (row - first) * size;
      double const root = std::sqrt(weight(row));
      double const centred = response(row) - mean;
      for (std::int64_t i = 0; i < size; ++i) out[i] = -root * means[i];
      each_letter(row, [&](std::int64_t column) {
        out[column] += root;
        sides[column] += weight(row) * centred;
      });
      squares += weight(row) * centred * centred;
    }
    linalg::add_gram(kernels::CpuSpace{1}, {tile.data(), last - first, size, size}, {matrix.data(), size, size, size});
  }
  for (std::int64_t i = 0; i < size; ++i) {
    // A letter that all rows have, or none has, is a column of zeros: rounding must not make it a small one.
    bool const varies = means[i] > 0.0 && means[i] < 1.0 - 1e-12;
    for (std::int64_t j = 0; j <= i; ++j) {
      if (!varies) matrix[i * size + j] = 0.0;
      matrix[j * size + i] = matrix[i * size + j];
    }
  }
}

Parameters OneHotSums::parameters(std::vector<double> const& effects) const {
  Parameters found{length, alphabet, mean, effects, {}, {}};
  for (std::int64_t i = 0; i < size; ++i) found.constant -= means[i] * effects[i];
  return found;
}

}  // namespace shoal::surrogate
