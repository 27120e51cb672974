// SPDX-License-Identifier: MIT
// The fits that a global-epistasis fit chooses from: lambdas and starting curves, judged on validation rows.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis/latent_data.hpp"

namespace shoal::surrogate {

// A model at one lambda, fitted once for each split of the data, and how it does on the rows that judge.
struct Candidate {
  CurveShape shape;
  std::vector<LatentFit> fits;  // one per split
  double lambda = 0;
  double curve_ridge = 0;         // LatentPenalty::curve
  double score = 0;               // R² on LatentData::judges()
  std::vector<double> residuals;  // [judges], of standardised responses
  int start = 0;                  // which starting curve, in the order of curve_starts

  bool converged() const;
};

// Where a fit with other weights begins: the choices of an earlier fit, and the units that they are in.
struct EpistasisStart {
  Candidate chosen;
  ResponseUnits units;
};

// A fit and the rows that it was fitted to, which LatentData owns.
struct Refit {
  LatentFit fit;
  LatentRows const* rows = nullptr;
};

class EpistasisSearch {
 public:
  // Both arguments are kept by reference.
  EpistasisSearch(LatentData const& data, GlobalEpistasisOptions const& options) : data_(data), options_(options) {}

  // Ridge at every lambda of the list, in its order. The strongest is solved first, and each starts from the one
  // before. With many pairs (effective_share.hpp), lambdas below one that scores 0.005 less than the best are left out:
  // they have no fits and a score of minus infinity. If a curve is wanted, the end of the path has lambdas between the
  // best and its neighbours as well.
  std::vector<Candidate> linear_path() const;

  // Curves that start from the coefficients of the linear path's best: several starting curves at its lambda, then
  // lambdas of the list below and above, each from its neighbour, until the score has fallen clearly, and between the
  // best and its neighbours. The best of these is followed by more flexible curves at its lambda and by curves at
  // smaller lambdas within the list's range, each better than the one before.
  std::vector<Candidate> curved_path(std::vector<Candidate> const& linear_path) const;

  // The best score of a path, the first of equals.
  static Candidate const& best(std::span<Candidate const> path);

  // `linear`, or one of `curved` that predicts the rows that judge better by more than the standard error of the
  // difference of squared residuals: chance alone must not bend a straight line. Where one split leaves it open which
  // is better, all are fitted to folds as well, so that every row judges.
  Candidate const& preferred(Candidate const& linear, std::vector<Candidate> const& curved) const;

  // `chosen`, a fit with other weights, fitted anew from its own coefficients and curve, for a small part of the cost
  // of a search. Then more flexible curves, then lambdas above its own, or else below, each from the one before, as
  // long as the score improves: those of the list for a line, thirds and triples within the list's range for a curve.
  // Returns the best of these.
  Candidate again(Candidate const& chosen) const;

  // `chosen` fitted on training and validation rows together, if they adjoin. It stays as it is if that does not
  // converge or comes to another optimum.
  Refit refitted(Candidate const& chosen) const;

  LatentPenalty penalty(double lambda, double curve_ridge) const;

 private:
  GaussNewtonOptions step_options(CurveShape const& shape, bool final) const;
  // Adds the fits at the geometric means of the best lambda of a path and those next to it: first towards the better of
  // the two, then, unless that was an improvement, towards the other.
  void refine(std::vector<Candidate>& path) const;
  // The next lambda that again() tries; none at the end of the list.
  std::optional<double> lambda_beside(Candidate const& at, bool above) const;
  CurveShape shape_for(std::vector<double> const& phi) const;
  // What a fit leaves of the variance of the training responses, its penalty included.
  static double residual_variance(LatentRows const& rows, LatentFit const& fit);
  double stiff_ridge(Candidate const& linear) const;
  Candidate best_start(Candidate const& linear) const;
  bool many_pairs() const;
  // What curved_path returns.
  std::vector<Candidate> relaxed(Candidate const& stiffest) const;
  // By how many standard errors of the difference `after` lowers the squared residuals of the rows that judge.
  double gain_over(Candidate const& before, Candidate const& after) const;
  // A neighbour of a fit, started there. With many pairs and one split it ends where it will clearly stay below
  // `wanted`, a score.
  Candidate from(Candidate const& neighbour, double lambda, double curve_ridge,
                 double wanted = -std::numeric_limits<double>::infinity()) const;
  // Fits every split, each from its own start, or all from the only one.
  Candidate candidate(CurveShape const& shape, double lambda, double curve_ridge, std::vector<LatentFit> const& starts,
                      std::vector<LatentSplit> const& splits, GaussNewtonOptions const& options) const;
  // Whether the refit of `chosen` came to another optimum, which leaves less by more than chance.
  bool ran_away(Candidate const& chosen, LatentFit const& refit) const;

  LatentData const& data_;
  GlobalEpistasisOptions const& options_;
};

}  // namespace shoal::surrogate
