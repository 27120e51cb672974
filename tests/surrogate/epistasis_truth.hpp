// SPDX-License-Identifier: MIT
// Libraries whose truth is known: y = g(phi) + noise, phi additive or pairwise, from a fixed generator.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "surrogate/observations.hpp"

namespace shoal::test {

// constant, growing: normal; skewed: a gamma law; cauchy: of half width 1; skewed_t: Jones and Faddy (2003) with the
// shapes below; heavy: Student's t with 3 degrees of freedom.
enum class TruthNoise { constant, growing, skewed, cauchy, skewed_t, heavy };
inline constexpr double skewed_t_a = 6;
inline constexpr double skewed_t_b = 3;

struct TruthOptions {
  std::int64_t length = 50;
  std::int64_t rows = 4000;
  bool pairwise = false;
  double rate = 0.1;
  std::function<double(double)> curve = [](double phi) { return std::tanh(1.2 * phi + 0.4); };
  double noise = 0.25;  // sd, of the curve's own sd
  TruthNoise law = TruthNoise::constant;
  unsigned seed = 1;
};

// 80 % of the rows train, 10 % validate, 10 % test. phi has mean 0 and standard deviation 1 over all rows.
struct Truth {
  std::int64_t length = 0;
  std::vector<std::uint8_t> codes;
  std::vector<double> phi;
  std::vector<double> expected;  // g(phi)
  std::vector<double> responses;
  double noise_scale = 0;  // TruthOptions::noise in units of y

  std::int64_t rows() const { return static_cast<std::int64_t>(phi.size()); }
  surrogate::Observations observations() const {
    surrogate::Observations result;
    result.letters = {codes.data(), rows(), length, length};
    result.responses = {responses.data(), rows(), 1, 1};
    result.split = {{0, rows() * 8 / 10}, {rows() * 8 / 10, rows() * 9 / 10}, {rows() * 9 / 10, rows()}};
    return result;
  }
};

// Moments of Jones and Faddy's t about its origin: its mean, then its variance.
inline std::pair<double, double> skewed_t_moments() {
  double const a = skewed_t_a;
  double const b = skewed_t_b;
  double const mean = 0.5 * (a - b) * std::sqrt(a + b) * std::tgamma(a - 0.5) * std::tgamma(b - 0.5) /
                      (std::tgamma(a) * std::tgamma(b));
  double const square = 0.25 * (a + b) * ((a - b) * (a - b) + a + b - 2) / ((a - 1) * (b - 1));
  return {mean, square - mean * mean};
}

// (B - 1/2) sqrt(a + b) / sqrt(B (1 - B)) with B of the beta law, standardised.
inline double draw_skewed_t(std::mt19937& generator) {
  double const first = std::gamma_distribution<double>(skewed_t_a)(generator);
  double const second = std::gamma_distribution<double>(skewed_t_b)(generator);
  double const beta = first / (first + second);
  double const t = (beta - 0.5) * std::sqrt((skewed_t_a + skewed_t_b) / (beta * (1 - beta)));
  auto const [mean, variance] = skewed_t_moments();
  return (t - mean) / std::sqrt(variance);
}

// Zero mean and unit variance (cauchy: zero median and unit half width); the law's shape scales with the position of g
// in its range, 0 … 1.
inline double draw_noise(TruthNoise law, double place, std::mt19937& generator) {
  std::normal_distribution<double> normal;
  if (law == TruthNoise::constant) return normal(generator);
  if (law == TruthNoise::growing) return (0.5 + place) * normal(generator);
  if (law == TruthNoise::cauchy) return std::cauchy_distribution<double>()(generator);
  if (law == TruthNoise::skewed_t) return draw_skewed_t(generator);
  if (law == TruthNoise::heavy) return std::student_t_distribution<double>(3)(generator) / std::sqrt(3.0);
  std::gamma_distribution<double> gamma(4.0, 0.5);  // mean 2, sd 1, skewness 1
  return gamma(generator) - 2.0;
}

inline std::vector<double> truth_phi(TruthOptions const& options, std::vector<std::uint8_t> const& codes,
                                     std::mt19937& generator) {
  std::normal_distribution<double> normal;
  std::int64_t const length = options.length;
  std::vector<double> single(static_cast<std::size_t>(4 * length));
  for (double& effect : single) effect = generator() % 3 == 0 ? normal(generator) : 0.2 * normal(generator);
  std::vector<double> pairs(options.pairwise ? static_cast<std::size_t>(16 * length * length) : 0);
  for (double& effect : pairs) effect = 0.4 * normal(generator);
  std::vector<double> phi;
  for (std::int64_t row = 0; row < options.rows; ++row) {
    std::uint8_t const* const code = codes.data() + row * length;
    double sum = 0;
    for (std::int64_t l = 0; l < length; ++l) {
      sum += single[static_cast<std::size_t>(4 * l + code[l])];
      for (std::int64_t k = 0; options.pairwise && k < l; ++k) {
        sum += pairs[static_cast<std::size_t>(16 * (l * length + k) + 4 * code[l] + code[k])];
      }
    }
    phi.push_back(sum);
  }
  return phi;
}

// Subtracts the mean, divides by the standard deviation and returns it.
inline double standardise(std::vector<double>& values) {
  double mean = 0;
  for (double const value : values) mean += value / static_cast<double>(values.size());
  double square = 0;
  for (double& value : values) {
    value -= mean;
    square += value * value / static_cast<double>(values.size());
  }
  double const deviation = std::sqrt(square);
  for (double& value : values) value /= deviation;
  return deviation;
}

inline Truth drawn_truth(TruthOptions const& options) {
  std::mt19937 generator(options.seed);
  std::uniform_real_distribution<double> uniform;
  Truth truth;
  truth.length = options.length;
  std::vector<std::uint8_t> wild;
  for (std::int64_t l = 0; l < options.length; ++l) wild.push_back(static_cast<std::uint8_t>(generator() % 4));
  for (std::int64_t row = 0; row < options.rows; ++row) {
    for (std::uint8_t const code : wild) {
      bool const mutated = row > 0 && uniform(generator) < options.rate;
      truth.codes.push_back(mutated ? static_cast<std::uint8_t>((code + 1 + generator() % 3) % 4) : code);
    }
  }
  truth.phi = truth_phi(options, truth.codes, generator);
  standardise(truth.phi);
  for (double const phi : truth.phi) truth.expected.push_back(options.curve(phi));
  std::vector<double> spread = truth.expected;
  double const sd = standardise(spread);
  truth.noise_scale = options.noise * sd;
  auto const [low, high] = std::minmax_element(truth.expected.begin(), truth.expected.end());
  for (double const value : truth.expected) {
    double const place = (value - *low) / (*high - *low);
    truth.responses.push_back(value + truth.noise_scale * draw_noise(options.law, place, generator));
  }
  return truth;
}

// 1 - RSS / TSS of `predicted` for the responses of a range of rows.
inline double score(Truth const& truth, kernels::RowRange rows, std::vector<double> const& predicted) {
  double mean = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    mean += truth.responses[static_cast<std::size_t>(row)] / static_cast<double>(rows.size());
  }
  double residual = 0;
  double total = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const y = truth.responses[static_cast<std::size_t>(row)];
    double const error = y - predicted[static_cast<std::size_t>(row)];
    residual += error * error;
    total += (y - mean) * (y - mean);
  }
  return 1 - residual / total;
}

// How far the R² of `predicted` stays below the R² of the truth's g(phi), in expectation over the noise (of unit
// half width or standard deviation): Σ (prediction - g)² / (Σ (g - mean g)² + rows * noise²). Unlike a difference of
// two R² it has no noise of its own, and it exists where the noise has no variance.
inline double shortfall(Truth const& truth, kernels::RowRange rows, std::vector<double> const& predicted) {
  double mean = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    mean += truth.expected[static_cast<std::size_t>(row)] / static_cast<double>(rows.size());
  }
  double lost = 0;
  double total = 0;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const g = truth.expected[static_cast<std::size_t>(row)];
    double const error = predicted[static_cast<std::size_t>(row)] - g;
    lost += error * error;
    total += (g - mean) * (g - mean) + truth.noise_scale * truth.noise_scale;
  }
  return lost / total;
}

}  // namespace shoal::test
