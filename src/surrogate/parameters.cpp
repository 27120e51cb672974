// SPDX-License-Identifier: MIT
#include "surrogate/parameters.hpp"

#include "base/error.hpp"

namespace shoal::surrogate {

double Parameters::phi(std::span<std::uint8_t const> letters) const {
  expect(static_cast<std::int64_t>(letters.size()) == length, "phi needs a sequence as long as its parameters");
  double value = constant;
  for (std::int64_t position = 0; position < length; ++position) {
    std::uint8_t const letter = letters[position];
    if (letter < alphabet) value += additive[position * alphabet + letter];
  }
  std::int64_t const block = std::int64_t{alphabet} * alphabet;
  for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
    std::uint8_t const first = letters[pairs[pair].first];
    std::uint8_t const second = letters[pairs[pair].second];
    if (first < alphabet && second < alphabet) {
      value += pair_effects[static_cast<std::int64_t>(pair) * block + first * alphabet + second];
    }
  }
  return value;
}

std::vector<double> phi_of(Parameters const& parameters, kernels::MatrixView<std::uint8_t const> letters, int threads) {
  expect(letters.columns == parameters.length, "phi needs sequences as long as its parameters");
  std::vector<double> values(static_cast<std::size_t>(letters.rows));
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t row = 0; row < letters.rows; ++row) {
    values[row] = parameters.phi({letters.data + row * letters.stride, static_cast<std::size_t>(letters.columns)});
  }
  return values;
}

}  // namespace shoal::surrogate
