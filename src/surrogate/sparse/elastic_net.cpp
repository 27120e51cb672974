// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "surrogate/sparse/one_hot_sums.hpp"
#include "surrogate/sparse/sparse_fit.hpp"

namespace shoal::surrogate {

namespace {

void check(ElasticNetOptions const& options) {
  if (!(options.alpha > 0) || !std::isfinite(options.alpha)) {
    fail(ErrorCode::config, fmt::format("the lasso's alpha is {}; it must be positive and finite", options.alpha));
  }
  if (!(options.l1_ratio >= 0) || !(options.l1_ratio <= 1)) {
    fail(ErrorCode::config, fmt::format("l1_ratio is {}; it must be between 0 and 1", options.l1_ratio));
  }
  if (!(options.tolerance > 0) || options.maximum_sweeps < 1) {
    fail(ErrorCode::config, "the lasso needs a positive tolerance and at least one sweep");
  }
}

// Minimises |y - X w|² / 2 + l1 |w|_1 + l2 |w|² / 2 coordinate by coordinate.
class Descent {
 public:
  Descent(OneHotSums const& sums, double l1, double l2)
      : sums_(sums), l1_(l1), l2_(l2), effects_(sums.size, 0.0), image_(sums.size, 0.0) {}

  // One sweep over all coordinates; the largest change over the largest effect.
  double sweep() {
    double largest = 0;
    double change = 0;
    for (std::int64_t i = 0; i < sums_.size; ++i) {
      double const curvature = sums_.gram(i, i);
      if (curvature == 0) continue;
      double const before = effects_[i];
      double const pull = sums_.sides[i] - image_[i] + before * curvature;
      double const after = std::copysign(std::max(std::abs(pull) - l1_, 0.0), pull) / (curvature + l2_);
      if (after != before) {
        effects_[i] = after;
        double const* const column = sums_.matrix.data() + i * sums_.size;
        for (std::int64_t j = 0; j < sums_.size; ++j) image_[j] += (after - before) * column[j];
      }
      change = std::max(change, std::abs(after - before));
      largest = std::max(largest, std::abs(after));
    }
    return largest > 0 ? change / largest : 0.0;
  }

  // Primal less dual objective at the residual scaled into the dual's feasible set (Kim et al. 2007).
  double gap() const {
    double fit = 0;
    double own = 0;
    double norm1 = 0;
    double norm2 = 0;
    double steepest = 0;
    for (std::int64_t i = 0; i < sums_.size; ++i) {
      fit += sums_.sides[i] * effects_[i];
      own += image_[i] * effects_[i];
      norm1 += std::abs(effects_[i]);
      norm2 += effects_[i] * effects_[i];
      steepest = std::max(steepest, std::abs(sums_.sides[i] - image_[i] - l2_ * effects_[i]));
    }
    double const residual = sums_.squares + own - 2 * fit;
    double const scale = steepest > l1_ ? l1_ / steepest : 1.0;
    return 0.5 * residual * (1 + scale * scale) + l1_ * norm1 - scale * (sums_.squares - fit) +
           0.5 * l2_ * (1 + scale * scale) * norm2;
  }

  std::vector<double> const& effects() const { return effects_; }

 private:
  OneHotSums const& sums_;
  double l1_;
  double l2_;
  std::vector<double> effects_;
  std::vector<double> image_;  // Gram matrix times effects
};

}  // namespace

SparseFit fit_elastic_net(Observations const& observations, kernels::RowRange rows, std::int64_t task,
                          ElasticNetOptions const& options) {
  validate(observations);
  check(options);
  OneHotSums const sums(observations, rows, task);
  Descent descent(sums, options.alpha * options.l1_ratio * sums.total,
                  options.alpha * (1 - options.l1_ratio) * sums.total);
  SparseFit found;
  found.converged = sums.squares == 0;
  while (!found.converged && found.sweeps < options.maximum_sweeps) {
    bool const settled = descent.sweep() <= options.tolerance;
    ++found.sweeps;
    if (!settled && found.sweeps < options.maximum_sweeps) continue;
    found.gap = descent.gap() / sums.squares;
    found.converged = found.gap <= options.tolerance;
  }
  found.parameters = sums.parameters(descent.effects());
  found.nonzero = std::count_if(descent.effects().begin(), descent.effects().end(), [](double e) { return e != 0; });
  return found;
}

}  // namespace shoal::surrogate
