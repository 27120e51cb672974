// SPDX-License-Identifier: MIT
// Names, options and results of all surrogates, and the function that fits them by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/not_a_number.hpp"
#include "device/backend.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/gauge.hpp"
#include "surrogate/metrics/metrics.hpp"

namespace shoal::surrogate {

enum class Solver { ridge, global_epistasis, lasso, elastic_net, sparse, group_lasso };

// A name is FEATURES-SOLVER: "additive-ridge", "neighbour-ge", "additive-lasso", …. "additive-lime" has the solver
// sparse.
struct SurrogateName {
  std::string text;
  Interactions interactions = Interactions::additive;
  Solver solver = Solver::ridge;
};

std::vector<std::string> const& surrogate_names();
bool is_surrogate(std::string_view name);
SurrogateName parse_surrogate(std::string_view name);  // errors: config, listing the names

struct SurrogateOptions {
  FeatureOptions features;                           // its interactions are the name's
  std::vector<double> lambdas = {1, 10, 100, 1000};  // LinearOptions
  double pair_ratio = 1;
  RidgeSolver solver = RidgeSolver::automatic;                 // of linear surrogates
  std::vector<double> alphas = {0.0001, 0.001, 0.01, 0.1, 1};  // for every lasso (sparse_fit.hpp, group_lasso.hpp)
  double l1_ratio = 0.5;                                       // for the elastic net
  std::int64_t sparse_letters = 20;                            // for additive-lime
  CurveKind curve = CurveKind::sigmoids;
  int sigmoids = 3;
  NoiseKind noise = NoiseKind::automatic;
  int noise_order = 2;  // for automatic the highest order
  // Most rounds of reweighting by the noise. Cauchy, and automatic of measurements: at least 3 (noise_rounds.hpp).
  int noise_rounds = 0;
  bool measured = true;  // GlobalEpistasisOptions::measured
  // MAVE-NN's lambda_theta over its batch size, instead of the lambdas if a curve is fitted; 0: the lambdas. Its
  // objective is the sum of negative log-likelihoods + rows * theta_penalty * sum of squared theta, so for a residual
  // variance that is a share s² of y's, lambda = 2 s² rows theta_penalty. s² is not known before the fit: the list has
  // the lambdas for 3, 10, 30 and 100 %.
  double theta_penalty = 0;

  GaugeKind gauge = GaugeKind::uniform;
  std::vector<std::uint8_t> reference;  // letters [length], of the wild-type gauge
  std::vector<double> frequencies;      // [length, alphabet], of the user's gauge

  bool information = false;      // I_var and I_pred too (metrics.hpp)
  bool standard_errors = false;  // for ridges and curves, where a factorisation gives them
  std::uint64_t seed = 0;        // seed of their random numbers

  // Errors: config, for no lambda, one that is negative or not finite, a polynomial order outside 0 … 3 and the like.
  void validate() const;
};

// What was fitted if the observations could not tell what was asked for.
enum class Fallback { none, constant, additive_linear };

// One surrogate of one task.
struct SurrogateFit {
  std::string name;  // as asked for
  // Parameters of phi in the chosen gauge, which reproduce phi exactly; those of sparse solvers are as solved, since
  // any other gauge fills the zeros.
  Parameters parameters;
  ResponseCurve curve;                // the identity for linear surrogates, whose phi is the prediction itself
  NoiseModel noise;                   // about the prediction
  double lambda = 0;                  // or alpha, for lasso, elastic net and group lasso
  std::vector<double> lambda_scores;  // R² on the validation rows at each of them; NaN without any
  FitMetrics train;                   // on training and validation rows, without information
  FitMetrics test;                    // on the test rows
  double flat_fraction = 0;           // share of training rows where g' is under 5 % of its largest value there
  // The trace of the hat matrix for ridges, the number of effects and 1 for the lasso (Zou, Hastie and Tibshirani
  // 2007), 1 for a constant; NaN where it is not known: conjugate gradients, other sparse solvers, curves.
  double degrees_of_freedom = not_a_number;
  std::optional<ParameterErrors> errors;  // in the gauge of the parameters
  std::int64_t chosen_pairs = 0;          // for group lasso: pairs whose effects are not 0
  std::int64_t unseen_letters = 0;        // letters that no fitted row has, at positions that vary
  int noise_rounds = 0;                   // rounds of reweighting that were kept
  bool curve_is_mean = false;             // the mean of y is g(phi), whatever the noise's own mean
  int iterations = 0;
  bool converged = true;
  std::string algorithm;
  std::string solver_reason;  // why a ridge was solved by this algorithm; empty for others
  Fallback fallback = Fallback::none;
  double lowest_phi = 0;  // over the rows that were fitted
  double highest_phi = 0;
  // Empty, or what a user should know: "y is constant", "only single mutants: additive and linear was fitted", …
  std::string diagnostic;
  double seconds = 0;  // seconds on the clock
};

// What a fit says about sequences, row by row.
struct SurrogatePredictions {
  std::vector<double> phi;
  std::vector<double> response;  // g(phi), about which the noise lies
  // The mean of y: g(phi), except for noise whose mean is elsewhere and which was named or has weighted the rows. A
  // curve that was fitted by least squares is the best estimate of the mean itself.
  std::vector<double> mean;
};
SurrogatePredictions predict(SurrogateFit const& fit, kernels::MatrixView<std::uint8_t const> letters, int threads);

// Operators that were made so far, to be shared by fits of the same letters, split and feature options.
using FeatureOperators = std::map<Interactions, FeatureOperator>;

// Fits every named surrogate to every task: [names][tasks]. Surrogates with the same features share them, also
// with other calls through `shared`; those calls may have other responses, but must have the same number of threads. If
// no solver can handle the observations, what they allow is fitted and named in `diagnostic`: a constant response, or
// sequences that are all the same, give a constant; single mutants only, which cannot tell curvature or pairs from
// single effects, give an additive linear fit. The result does not depend on the number of threads. Errors: config
// (validate); numeric, naming task or row, when a response is not finite or a system is singular (lambda 0).
std::vector<std::vector<SurrogateFit>> fit_surrogates(device::Backend const& backend, Observations const& observations,
                                                      std::vector<SurrogateName> const& names,
                                                      SurrogateOptions const& options,
                                                      FeatureOperators* shared = nullptr);

}  // namespace shoal::surrogate
