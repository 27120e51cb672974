// SPDX-License-Identifier: MIT
#include "inference/forward/principal_component.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::inference {

namespace {

constexpr std::int64_t largest_bins = 32768;
// Mutants that go through the Gram matrix together.
constexpr std::int64_t rows_at_once = 64;

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

  std::vector<double> const& mean() const {
    return mean_;
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

PrincipalComponent first_component(std::span<float const> profiles, std::int64_t mutants, std::int64_t bins,
                                   int threads) {
  expect(static_cast<std::int64_t>(profiles.size()) == mutants * bins, "first_component: sizes disagree");
  if (bins > largest_bins) {
    fail(ErrorCode::config, fmt::format("the reduction pca takes profiles of at most {} positions, not {}: reduce it "
                                        "by sum or centre:K",
                                        largest_bins, bins));
  }
  if (!std::all_of(profiles.begin(), profiles.end(), [](float value) { return std::isfinite(value); })) {
    std::vector<double> const nothing(at(bins), not_a_number);
    return {nothing, nothing};
  }
  CentredProfiles const centred(profiles, mutants, bins);
  std::vector<double> vectors = centred.gram(threads);
  std::vector<double> values(at(bins));
  linalg::symmetric_eigen(kernels::CpuSpace{1}, {vectors.data(), bins, bins, bins}, values.data());
  std::vector<double> direction(vectors.end() - bins, vectors.end());
  double agreement = dot(centred.projections(direction), centred.projections(std::vector<double>(at(bins), 1.0)));
  if (agreement == 0.0) {
    agreement = *std::max_element(direction.begin(), direction.end(),
                                  [](double a, double b) { return std::abs(a) < std::abs(b); });
  }
  if (agreement < 0.0) {
    for (double& entry : direction) entry = -entry;
  }
  return {centred.mean(), std::move(direction)};
}

std::vector<double> projections(PrincipalComponent const& component, std::span<float const> profiles) {
  std::size_t const bins = component.direction.size();
  expect(bins > 0 && profiles.size() % bins == 0, "projections: sizes disagree");
  std::vector<double> scores(profiles.size() / bins);
  for (std::size_t m = 0; m < scores.size(); ++m) {
    for (std::size_t b = 0; b < bins; ++b) {
      scores[m] += (static_cast<double>(profiles[m * bins + b]) - component.mean[b]) * component.direction[b];
    }
  }
  return scores;
}

}  // namespace shoal::inference
