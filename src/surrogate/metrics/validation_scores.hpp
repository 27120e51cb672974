// SPDX-License-Identifier: MIT
// How well ridge solutions do on the validation rows, finished or still being computed.
#pragma once

#include <span>
#include <vector>

#include "device/buffer.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::surrogate {

// A fall of R² on the validation rows after which smaller lambdas are not tried: scores are nearly unimodal in lambda.
inline constexpr double clear_fall_of_r2 = 3e-3;

// R² of every side's solution on the validation rows, [sides].
std::vector<double> validation_scores(FeatureOperator const& features, Observations const& data,
                                      std::span<RidgeSide const> sides, RidgeSolutions const& solved);

// Ends the solution for a lambda when its score on the way falls, and is below the best of larger lambdas at two looks
// in a row. A small lambda needs hundreds of iterations and starts from the solution of the larger one. It first adds
// what the data determine best, so a score that has begun to fall goes on falling.
class HopelessLambdas : public RidgeWatch {
 public:
  // `best` [tasks] are the best scores so far. All arguments must outlive this object.
  HopelessLambdas(FeatureOperator const& features, Observations const& data, std::span<RidgeSide const> sides,
                  std::span<double const> best);

  bool gives_up(std::int64_t number, Coefficients coefficients) override;
  bool ended(std::int64_t number) const { return ended_[static_cast<std::size_t>(number)]; }

 private:
  // R² on the validation rows with the constant that is best there.
  double best_score(std::int64_t task, Coefficients coefficients);

  FeatureOperator const& features_;
  Observations const& data_;
  std::span<RidgeSide const> sides_;
  std::span<double const> best_;
  std::vector<double> last_;  // falls below the best at the last look
  std::vector<bool> ended_;
  // On a device, where a look copies three numbers: the responses [tasks, rows], their squares about their means, and
  // working memory.
  device::Buffer<double> responses_;
  std::vector<double> squares_;
  device::Buffer<double> values_;
  device::Buffer<double> moments_;
};

}  // namespace shoal::surrogate
