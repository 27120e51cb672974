// SPDX-License-Identifier: MIT
#include "model/principal_component.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::model {

namespace {

constexpr std::int64_t largest_bins = 32768;
// Mutants that pass over the Gram matrix together.
constexpr std::int64_t rows_at_once = 64;

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

class CentredProfiles {
 public:
  CentredProfiles(std::span<float const> profiles, std::int64_t mutants, std::int64_t bins)
      : profiles_(profiles), mutants_(mutants), bins_(bins), mean_(at(bins), 0.0) {
    for (std::int64_t m = 0; m < mutants; ++m) {
      for (std::int64_t b = 0; b < bins; ++b) mean_[at(b)] += static_cast<double>(profiles[at(m * bins + b)]);
    }
    for (double& value : mean_) value /= static_cast<double>(mutants);
  }

  double operator()(std::int64_t mutant, std::int64_t bin) const {
    return static_cast<double>(profiles_[at(mutant * bins_ + bin)]) - mean_[at(bin)];
  }

  // [bins, bins], entries with column <= row: the sum over mutants, in order, of the products of two bins.
  std::vector<double> gram(int threads) const {
    std::vector<double> gram(at(bins_ * bins_), 0.0);
    std::vector<double> rows(at(std::min(rows_at_once, mutants_) * bins_));
    for (std::int64_t first = 0; first < mutants_; first += rows_at_once) {
      std::int64_t const count = std::min(rows_at_once, mutants_ - first);
      for (std::int64_t r = 0; r < count; ++r) {
        for (std::int64_t b = 0; b < bins_; ++b) rows[at(r * bins_ + b)] = (*this)(first + r, b);
      }
#pragma omp parallel for schedule(dynamic, 8) num_threads(threads) if (threads > 1)
      for (std::int64_t i = 0; i < bins_; ++i) {
        double* const sums = &gram[at(i * bins_)];
        for (std::int64_t r = 0; r < count; ++r) {
          double const* const row = &rows[at(r * bins_)];
          double const factor = row[i];
          for (std::int64_t j = 0; j <= i; ++j) sums[j] += factor * row[j];
        }
      }
    }
    return gram;
  }

  std::vector<double> projections(std::vector<double> const& direction) const {
    std::vector<double> scores(at(mutants_));
    for (std::int64_t m = 0; m < mutants_; ++m) {
      for (std::int64_t b = 0; b < bins_; ++b) scores[at(m)] += (*this)(m, b) * direction[at(b)];
    }
    return scores;
  }

 private:
  std::span<float const> profiles_;
  std::int64_t mutants_;
  std::int64_t bins_;
  std::vector<double> mean_;
};

double dot(std::vector<double> const& left, std::vector<double> const& right) {
  double sum = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) sum += left[i] * right[i];
  return sum;
}

}  // namespace

std::vector<double> first_component_scores(std::span<float const> profiles, std::int64_t mutants, std::int64_t bins,
                                           int threads) {
  expect(static_cast<std::int64_t>(profiles.size()) == mutants * bins, "first_component_scores: sizes disagree");
  if (bins > largest_bins) {
    fail(ErrorCode::config, fmt::format("the reduction pca takes profiles of at most {} positions, not {}: reduce it "
                                        "by sum or centre:K",
                                        largest_bins, bins));
  }
  if (!std::all_of(profiles.begin(), profiles.end(), [](float value) { return std::isfinite(value); })) {
    return std::vector<double>(at(mutants), std::numeric_limits<double>::quiet_NaN());
  }
  CentredProfiles const centred(profiles, mutants, bins);
  std::vector<double> vectors = centred.gram(threads);
  std::vector<double> values(at(bins));
  linalg::symmetric_eigen(kernels::CpuSpace{1}, {vectors.data(), bins, bins, bins}, values.data());
  std::vector<double> const direction(vectors.end() - bins, vectors.end());
  std::vector<double> scores = centred.projections(direction);
  double agreement = dot(scores, centred.projections(std::vector<double>(at(bins), 1.0)));
  if (agreement == 0.0) {
    agreement = *std::max_element(direction.begin(), direction.end(),
                                  [](double a, double b) { return std::abs(a) < std::abs(b); });
  }
  if (agreement < 0.0) {
    for (double& score : scores) score = -score;
  }
  return scores;
}

}  // namespace shoal::model
