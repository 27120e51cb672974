// SPDX-License-Identifier: MIT
// The best that a fit could do: ridge on the coefficients where the curve g, the noise law and its scale are known.
//
// Fisher scoring (iteratively reweighted least squares): with psi the score of the noise law and I its information, a
// step is the ridge regression of phi + psi(y - g) / (I g') on the features with weights g'². Lambda is the one that
// comes nearest to g on the validation rows; then training and validation rows together. It shares the linear solver
// with them, and nothing of the nonlinear fit.
#pragma once

#include <limits>
#include <vector>

#include "surrogate/epistasis_truth.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace shoal::test {

// The derivative of minus the log density of a law of unit scale, and its expected square.
inline double noise_score(TruthNoise law, double x) {
  if (law == TruthNoise::cauchy) return 2 * x / (1 + x * x);
  if (law != TruthNoise::skewed_t) return x;
  auto const [mean, variance] = skewed_t_moments();
  double const scale = std::sqrt(variance);
  double const t = mean + scale * x;
  double const sum = skewed_t_a + skewed_t_b;
  double const r = t / std::sqrt(sum + t * t);
  double const slope = sum / std::pow(sum + t * t, 1.5);
  return -scale * slope * ((skewed_t_a + 0.5) / (1 + r) - (skewed_t_b + 0.5) / (1 - r));
}

inline double noise_information(TruthNoise law) {
  if (law == TruthNoise::cauchy) return 0.5;
  std::mt19937 generator(77);
  double sum = 0;
  constexpr int draws = 20000;
  for (int i = 0; i < draws; ++i) sum += std::pow(noise_score(law, draw_noise(law, 0.5, generator)), 2) / draws;
  return law == TruthNoise::skewed_t ? sum : 1.0;
}

class EpistasisOracle {
 public:
  EpistasisOracle(Truth const& truth, TruthOptions const& options, surrogate::FeatureOperator const& features)
      : truth_(truth), options_(options), features_(features), information_(noise_information(options.law)) {}

  // g(phi) of every row.
  std::vector<double> predictions() const {
    surrogate::Split const split = truth_.observations().split;
    std::vector<double> phi(truth_.phi.size(), 0.0);
    double best_score = -std::numeric_limits<double>::infinity();
    double best_lambda = 0;
    std::vector<double> best_phi;
    for (double const lambda : {1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3}) {
      phi = fitted(split.train, lambda, phi);
      double const found = -shortfall(truth_, split.validation, curved(phi));
      if (found < best_score - 0.003) break;
      if (found > best_score) {
        best_score = found;
        best_lambda = lambda;
        best_phi = phi;
      }
    }
    return curved(fitted({0, split.validation.end}, best_lambda, best_phi));
  }

 private:
  std::vector<double> curved(std::vector<double> values) const {
    for (double& value : values) value = options_.curve(value);
    return values;
  }

  // Steps from `phi`, each halved until the step no longer raises the misfit of the rows.
  std::vector<double> fitted(kernels::RowRange rows, double lambda, std::vector<double> phi) const {
    for (int step = 0; step < 12; ++step) {
      std::vector<double> next = stepped(rows, lambda, phi);
      double const before = misfit(rows, phi);
      for (int half = 0; half < 5 && misfit(rows, next) > before * 1.02; ++half) {
        for (std::size_t i = 0; i < phi.size(); ++i) next[i] = 0.5 * (next[i] + phi[i]);
      }
      double change = 0;
      for (std::size_t i = 0; i < phi.size(); ++i) {
        change += (next[i] - phi[i]) * (next[i] - phi[i]) / static_cast<double>(phi.size());
      }
      phi = std::move(next);
      if (change < 1e-6) break;
    }
    return phi;
  }

  double misfit(kernels::RowRange rows, std::vector<double> const& phi) const {
    double sum = 0;
    for (std::int64_t i = rows.begin; i < rows.end; ++i) {
      auto const row = static_cast<std::size_t>(i);
      double const x = (truth_.responses[row] - options_.curve(phi[row])) / truth_.noise_scale;
      sum += options_.law == TruthNoise::cauchy ? std::log1p(x * x) : x * x;
    }
    return sum;
  }

  std::vector<double> stepped(kernels::RowRange rows, double lambda, std::vector<double> const& phi) const {
    std::vector<double> weights;
    std::vector<double> working;
    for (std::size_t row = 0; row < phi.size(); ++row) {
      constexpr double nearby = 1e-5;
      double const slope = (options_.curve(phi[row] + nearby) - options_.curve(phi[row] - nearby)) / (2 * nearby);
      double const x = (truth_.responses[row] - options_.curve(phi[row])) / truth_.noise_scale;
      double const pull = truth_.noise_scale * noise_score(options_.law, x) / information_;
      double const floored = std::max(slope, 0.02);
      weights.push_back(floored * floored);
      working.push_back(phi[row] + pull / floored);
    }
    surrogate::Observations observations = truth_.observations();
    observations.weights = weights;
    observations.responses.data = working.data();
    surrogate::RidgeProblem const problem{features_, observations, rows, 1.0, 1e-4, 500};
    std::vector<surrogate::RidgeSide> const sides{{0, lambda}};
    surrogate::RidgeSolutions const solved = surrogate::solve_by_gradients(problem, sides, {});
    std::vector<double> values(phi.size());
    std::int64_t const count = features_.parameters();
    features_.multiply({0, truth_.rows()}, {solved.coefficients.data(), count, 1, 1},
                       {values.data(), truth_.rows(), 1, 1});
    for (double& value : values) value += solved.constants[0];
    return values;
  }

  Truth const& truth_;
  TruthOptions const& options_;
  surrogate::FeatureOperator const& features_;
  double information_;
};

}  // namespace shoal::test
