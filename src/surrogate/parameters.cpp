// SPDX-License-Identifier: MIT
#include "surrogate/parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

namespace {

using Letters = kernels::MatrixView<std::uint8_t const>;

constexpr std::int64_t sample_rows = 64;

// Rows that are evenly spaced.
std::uint8_t const* sampled(Letters letters, std::int64_t number) {
  return letters.data + number * letters.rows / sample_rows * letters.stride;
}

// The commonest letter of a sample of the rows at every position, if most letters of the sample are those and pairs are
// many: then differences from it take less time than every pair of every row. Else nothing.
std::vector<std::uint8_t> common_letters(Parameters const& parameters, Letters letters) {
  constexpr double most_changed = 0.3;
  auto const pairs = static_cast<std::int64_t>(parameters.pairs.size());
  if (letters.rows < sample_rows || pairs <= 2 * parameters.length) return {};
  std::vector<std::uint8_t> common;
  std::int64_t changed = 0;
  for (std::int64_t position = 0; position < letters.columns; ++position) {
    std::array<int, 256> counts{};
    for (std::int64_t number = 0; number < sample_rows; ++number) ++counts[sampled(letters, number)[position]];
    auto const most = std::max_element(counts.begin(), counts.end());
    common.push_back(static_cast<std::uint8_t>(most - counts.begin()));
    changed += sample_rows - *most;
  }
  bool const few = static_cast<double>(changed) <= most_changed * static_cast<double>(sample_rows * letters.columns);
  return few ? common : std::vector<std::uint8_t>{};
}

// phi by differences from a reference sequence: a row with m other letters costs some 4 m² / 2 look-ups instead of one
// for every pair of positions.
class PhiByDifferences {
 public:
  PhiByDifferences(Parameters const& parameters, std::vector<std::uint8_t> reference)
      : parameters_(parameters),
        reference_(std::move(reference)),
        numbers_(parameters.length * parameters.length, -1),
        singles_(parameters.length * states(), 0.0) {
    phi_ = parameters.phi(reference_);
    for (std::size_t pair = 0; pair < parameters.pairs.size(); ++pair) {
      auto const [first, second] = parameters.pairs[pair];
      numbers_[first * parameters.length + second] = static_cast<std::int64_t>(pair);
      double const base = effect(pair, reference_[first], reference_[second]);
      for (std::int64_t state = 0; state < states(); ++state) {
        singles_[first * states() + state] += effect(pair, letter(state), reference_[second]) - base;
        singles_[second * states() + state] += effect(pair, reference_[first], letter(state)) - base;
      }
    }
    for (std::int64_t position = 0; position < parameters.length; ++position) {
      double const base = additive(position, reference_[position]);
      for (std::int64_t state = 0; state < states(); ++state) {
        singles_[position * states() + state] += additive(position, letter(state)) - base;
      }
    }
  }

  // `changed` is working memory.
  double operator()(std::uint8_t const* letters, std::vector<std::int64_t>& changed) const {
    changed.clear();
    double value = phi_;
    for (std::int64_t i = 0; i < parameters_.length; ++i) {
      if (letters[i] == reference_[i]) continue;
      changed.push_back(i);
      value += singles_[i * states() + state(letters[i])];
    }
    for (std::size_t i = 0; i < changed.size(); ++i) {
      std::int64_t const first = changed[i];
      for (std::size_t j = i + 1; j < changed.size(); ++j) {
        std::int64_t const second = changed[j];
        std::int64_t const pair = numbers_[first * parameters_.length + second];
        if (pair < 0) continue;
        value += effect(pair, letters[first], letters[second]) - effect(pair, letters[first], reference_[second]) -
                 effect(pair, reference_[first], letters[second]) + effect(pair, reference_[first], reference_[second]);
      }
    }
    return value;
  }

 private:
  // A letter is a state, and all that are not of the alphabet are one more.
  std::int64_t states() const { return parameters_.alphabet + 1; }
  std::int64_t state(std::uint8_t letter) const {
    return letter < parameters_.alphabet ? letter : parameters_.alphabet;
  }
  std::uint8_t letter(std::int64_t state) const {
    return state < parameters_.alphabet ? static_cast<std::uint8_t>(state) : missing_letter;
  }
  double additive(std::int64_t position, std::uint8_t letter) const {
    return letter < parameters_.alphabet ? parameters_.additive[position * parameters_.alphabet + letter] : 0.0;
  }
  double effect(std::int64_t pair, std::uint8_t first, std::uint8_t second) const {
    std::int64_t const alphabet = parameters_.alphabet;
    if (first >= alphabet || second >= alphabet) return 0.0;
    return parameters_.pair_effects[(pair * alphabet + first) * alphabet + second];
  }

  Parameters const& parameters_;
  std::vector<std::uint8_t> reference_;
  std::vector<std::int64_t> numbers_;  // [length, length]: of the pairs, -1: none
  std::vector<double> singles_;        // [length, states]: of a single change, its pairs with the reference included
  double phi_ = 0;                     // of the reference
};

}  // namespace

std::vector<double> phi_of(Parameters const& parameters, kernels::MatrixView<std::uint8_t const> letters, int threads) {
  expect(letters.columns == parameters.length, "phi needs sequences as long as its parameters");
  std::vector<double> values(static_cast<std::size_t>(letters.rows));
  if (std::vector<std::uint8_t> reference = common_letters(parameters, letters); !reference.empty()) {
    PhiByDifferences const phi(parameters, std::move(reference));
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
      std::vector<std::int64_t> changed;
#pragma omp for schedule(static)
      for (std::int64_t row = 0; row < letters.rows; ++row) {
        values[row] = phi(letters.data + row * letters.stride, changed);
      }
    }
    return values;
  }
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
  for (std::int64_t row = 0; row < letters.rows; ++row) {
    values[row] = parameters.phi({letters.data + row * letters.stride, static_cast<std::size_t>(letters.columns)});
  }
  return values;
}

}  // namespace shoal::surrogate
