// SPDX-License-Identifier: MIT
// Which of the fits that a search found is used, line or curve, and how it goes on with more rows or new weights.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "surrogate/epistasis/effective_share.hpp"
#include "surrogate/epistasis/epistasis_search.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

// Gains of validation rows, in standard errors, above which the validation rows decide alone.
constexpr double certain_gain = 3;
constexpr double certain_loss = -2;
// A fall of the residual variance that adding rows does not explain, in standard deviations of its chance variation:
// the mean square of normal residuals varies by sqrt(2 / rows).
constexpr double run_away_fall = 10;

// Steps between the lambdas that a curve with other weights tries.
constexpr double lambda_ratio = 3;
// By how much its ridge falls per step, and the most steps.
constexpr double suppler = 4;
constexpr int most_suppler = 3;

// Standard errors that a curve must gain where all rows judge: the fewer rows there are, the more fits vary by chance.
double needed_gain(std::int64_t rows, std::int64_t parameters) {
  if (rows < parameters) return certain_gain;
  return rows < 5 * parameters ? 2 : 1;
}

// The mean fall of weighted squared residuals, divided by its standard error; 0 where there is none.
double gain_in_standard_errors(Vector const& weights, Vector const& before, Vector const& after) {
  auto const count = static_cast<double>(before.size());
  Vector gains(before.size());
  double mean = 0;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    gains[i] = weights[i] * (before[i] * before[i] - after[i] * after[i]);
    mean += gains[i] / count;
  }
  double squares = 0;
  for (double const gain : gains) squares += (gain - mean) * (gain - mean);
  return squares > 0 ? mean / std::sqrt(squares / (count * (count - 1))) : 0.0;
}

}  // namespace

bool EpistasisSearch::many_pairs() const {
  return has_many_pairs(data_.features().layout());
}

double EpistasisSearch::gain_over(Candidate const& before, Candidate const& after) const {
  return gain_in_standard_errors(data_.judges().weights, before.residuals, after.residuals);
}

Candidate const& EpistasisSearch::preferred(Candidate const& linear, std::vector<Candidate> const& curved) const {
  Candidate const& supplest = curved.back();
  double const gain = gain_over(linear, supplest);
  std::vector<LatentSplit> folds;
  bool const open = data_.splits().size() == 1 && gain > certain_loss && gain < certain_gain;
  if (open) folds = data_.folds();
  double const needed = needed_gain(data_.splits().front().fitted.range.size(), data_.features().parameters());
  if (folds.empty()) return gain > (open ? certain_gain : needed) ? supplest : linear;
  auto const judged_by_all = [&](Candidate const& judged) {
    return candidate(judged.shape, judged.lambda, judged.curve_ridge, judged.fits, folds,
                     step_options(judged.shape, false));
  };
  Candidate const line = judged_by_all(linear);
  Candidate const* chosen = &linear;
  double score = line.score;
  for (Candidate const& contender : curved) {
    Candidate const judged = judged_by_all(contender);
    double const by_all = gain_in_standard_errors(data_.everything().weights, line.residuals, judged.residuals);
    if (by_all < needed || judged.score < score) continue;
    chosen = &contender;
    score = judged.score;
  }
  return *chosen;
}

Refit EpistasisSearch::refitted(Candidate const& chosen) const {
  LatentRows const* const before = &data_.splits().front().fitted;
  LatentRows const* const all = &data_.everything();
  if (all->responses.empty()) return {chosen.fits.front(), before};
  LatentFit refit = fit_latent(data_.everything(), chosen.shape, penalty(chosen.lambda, chosen.curve_ridge),
                               chosen.fits.front(), step_options(chosen.shape, true));
  if (!chosen.converged()) return {std::move(refit), all};
  if (!refit.converged) return {chosen.fits.front(), before};
  if (!ran_away(chosen, refit)) return {std::move(refit), all};
  // If the refit ended far from where it started, the rows that judged no longer speak for it, unless going on where
  // the search stopped leads there as well and is better for them.
  Candidate const further = candidate(chosen.shape, chosen.lambda, chosen.curve_ridge, chosen.fits, data_.splits(),
                                      step_options(chosen.shape, true));
  if (!(further.score > chosen.score)) return {chosen.fits.front(), before};
  if (ran_away(further, refit)) return {further.fits.front(), before};
  return {std::move(refit), all};
}

bool EpistasisSearch::ran_away(Candidate const& chosen, LatentFit const& refit) const {
  LatentRows const& fitted = data_.splits().front().fitted;
  auto const rows = static_cast<double>(data_.everything().range.size());
  auto const added = rows - static_cast<double>(std::count_if(fitted.weights.begin(), fitted.weights.end(),
                                                              [](double weight) { return weight > 0; }));
  double const chance = std::sqrt(2 * std::max(added, 1.0)) / rows;
  return residual_variance(data_.everything(), refit) <
         (1 - run_away_fall * chance) * residual_variance(fitted, chosen.fits.front());
}

std::optional<double> EpistasisSearch::lambda_beside(Candidate const& at, bool above) const {
  std::vector<double> lambdas = options_.linear.lambdas;
  std::sort(lambdas.begin(), lambdas.end());
  if (at.shape.kind != CurveKind::identity) {
    double const next = above ? at.lambda * lambda_ratio : at.lambda / lambda_ratio;
    bool const listed = next >= lambdas.front() && next <= lambdas.back() && next != at.lambda;
    return listed ? std::optional(next) : std::nullopt;
  }
  auto const after = std::upper_bound(lambdas.begin(), lambdas.end(), at.lambda);
  auto const here = std::lower_bound(lambdas.begin(), lambdas.end(), at.lambda);
  if (above) return after != lambdas.end() ? std::optional(*after) : std::nullopt;
  return here != lambdas.begin() ? std::optional(*(here - 1)) : std::nullopt;
}

Candidate EpistasisSearch::again(Candidate const& chosen) const {
  Candidate best = from(chosen, chosen.lambda, chosen.curve_ridge);
  // If weights have taken away much of the noise, a curve needs less of a ridge.
  for (int step = 0; step < most_suppler && best.shape.kind != CurveKind::identity; ++step) {
    Candidate next = from(best, best.lambda, best.curve_ridge / suppler);
    if (!next.converged() || !(next.score > best.score)) break;
    best = std::move(next);
  }
  for (bool const above : {true, false}) {
    bool moved = false;
    while (auto const lambda = lambda_beside(best, above)) {
      Candidate next = from(best, *lambda, best.curve_ridge);
      if (!next.converged() || !(next.score > best.score)) break;
      best = std::move(next);
      moved = true;
    }
    if (moved) break;
  }
  return best;
}

}  // namespace shoal::surrogate
