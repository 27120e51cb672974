// SPDX-License-Identifier: MIT
// The fits that a global-epistasis fit chooses from: lambdas and starting curves, judged on validation rows.
#pragma once

#include <cstddef>
#include <vector>

#include "surrogate/global_epistasis.hpp"
#include "surrogate/latent_data.hpp"

namespace shoal::surrogate {

// A fit on the training rows at one lambda and how it does on the validation rows.
struct Candidate {
  CurveShape shape;
  LatentFit fit;
  std::size_t lambda = 0;         // index into the list
  double curve_ridge = 0;         // LatentPenalty::curve
  double score = 0;               // R² on the validation rows
  std::vector<double> residuals;  // [validation rows], of standardised responses
  int start = 0;                  // which starting curve, in the order of curve_starts
};

class EpistasisSearch {
 public:
  // Both are kept by reference.
  EpistasisSearch(LatentData const& data, GlobalEpistasisOptions const& options) : data_(data), options_(options) {}

  // Ridge at every lambda of the list, the strongest solved first, each from the one before.
  std::vector<Candidate> linear_path() const;

  // Curves from the coefficients of `linear`: several starting curves at its lambda, then lambdas below and above, each
  // from its neighbour, until the score has fallen clearly. One candidate a lambda that was tried, and at last the
  // best one again with a suppler curve, where that scores clearly higher.
  std::vector<Candidate> curved_path(Candidate const& linear) const;

  // The best score of a path, the first of equals.
  static Candidate const& best(std::vector<Candidate> const& path);

  // Whether `curved` is to be preferred to the best of `linear_path`: chance alone must not bend a straight line. Yes
  // where it predicts validation rows better by more than twice the standard error of the difference of squared
  // residuals; also where it does by one standard error, has converged and, with many more rows than parameters, lowers
  // the training objective at its lambda by more than chance gives its few parameters.
  bool is_better(Candidate const& curved, std::vector<Candidate> const& linear_path) const;

  // `chosen` fitted on training and validation rows together, where they adjoin; as it is where that does not converge.
  LatentFit refitted(Candidate const& chosen) const;

  LatentPenalty penalty(std::size_t lambda, double curve_ridge) const;

 private:
  GaussNewtonOptions step_options(CurveShape const& shape, bool final) const;
  std::vector<std::size_t> descending_lambdas() const;
  CurveShape shape_for(std::vector<double> const& phi) const;
  // What a fit leaves of the training responses' variance, its penalty included.
  double residual_variance(Candidate const& fitted) const;
  Candidate best_start(Candidate const& linear) const;
  Candidate candidate(CurveShape const& shape, std::size_t lambda, double curve_ridge, LatentFit start) const;

  LatentData const& data_;
  GlobalEpistasisOptions const& options_;
};

}  // namespace shoal::surrogate
