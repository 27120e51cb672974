// SPDX-License-Identifier: MIT
#include "surrogate/surrogate_model.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "base/error.hpp"
#include "surrogate/group_lasso_search.hpp"
#include "surrogate/library_checks.hpp"
#include "surrogate/linear_noise.hpp"
#include "surrogate/sparse_search.hpp"

namespace shoal::surrogate {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

bool is_sparse(Solver solver) {
  return solver == Solver::lasso || solver == Solver::elastic_net || solver == Solver::sparse;
}

class Fitting {
 public:
  Fitting(device::Backend const& backend, Observations const& observations, SurrogateOptions const& options,
          FeatureOperators& operators)
      : backend_(backend),
        observations_(observations),
        options_(options),
        operators_(operators),
        checks_(check_library(observations)) {
    auto letters = observations.letters;
    letters.rows = fitted_rows(observations);
    frequencies_ =
        gauge_frequencies(options.gauge, observations.length(), observations.alphabet,
                          letter_counts(letters, observations.alphabet), options.reference, options.frequencies);
  }

  std::vector<SurrogateFit> fit(SurrogateName const& name) {
    Stopwatch const watch;
    std::vector<SurrogateFit> fits(static_cast<std::size_t>(observations_.tasks()));
    bool const reduced = checks_.single_mutants && checks_.varies &&
                         (name.interactions != Interactions::additive || name.solver == Solver::global_epistasis);
    if (!checks_.varies) {
      for (SurrogateFit& fit : fits) fit.diagnostic = "all sequences that are fitted are the same: only a constant";
    } else {
      solve(reduced ? parse_surrogate("additive-ridge") : name, fits);
    }
    double const shared = watch.seconds() / static_cast<double>(fits.size());
    for (std::size_t task = 0; task < fits.size(); ++task) {
      fits[task].name = name.text;
      finish(static_cast<std::int64_t>(task), reduced, is_sparse(name.solver), fits[task]);
      fits[task].seconds = shared;
    }
    return fits;
  }

 private:
  LinearOptions linear_options(Interactions interactions) const {
    LinearOptions linear;
    linear.features = options_.features;
    linear.features.interactions = interactions;
    linear.lambdas = options_.lambdas;
    linear.pair_ratio = options_.pair_ratio;
    if (options_.standard_errors) linear.error_gauge = frequencies_;
    return linear;
  }

  FeatureOperator const& features(LinearOptions const& linear) {
    auto const found = operators_.find(linear.features.interactions);
    if (found != operators_.end()) return found->second;
    return operators_.emplace(linear.features.interactions, FeatureOperator(backend_, observations_, linear.features))
        .first->second;
  }

  void solve_groups(FeatureOperator const& phi, std::vector<SurrogateFit>& fits) const {
    for (std::size_t task = 0; task < fits.size(); ++task) {
      auto const number = static_cast<std::int64_t>(task);
      if (constant_response(observations_, number)) continue;
      auto found = search_group_lasso(phi, observations_, number, options_.alphas);
      SurrogateFit& fit = fits[task];
      fit.parameters = std::move(found.fit.parameters);
      fit.lambda = found.alpha;
      fit.lambda_scores = std::move(found.scores);
      fit.algorithm = "accelerated proximal gradients";
      fit.iterations = found.fit.iterations;
      fit.converged = found.fit.converged;
      fit.chosen_pairs = found.fit.chosen;
    }
  }

  // Whether the path has such a point depends on the scores: one locus's failure, not the whole scan's.
  SparseFit fit_letters(std::int64_t task) const {
    try {
      return fit_sparse(observations_, {0, fitted_rows(observations_)}, task, options_.sparse_letters);
    } catch (Error const& error) {
      fail(ErrorCode::numeric, error.what());
    }
  }

  void solve_sparse(Solver solver, std::vector<SurrogateFit>& fits) const {
    for (std::size_t task = 0; task < fits.size(); ++task) {
      SparseSearch found;
      auto const number = static_cast<std::int64_t>(task);
      if (constant_response(observations_, number)) continue;
      if (solver == Solver::sparse) {
        found.fit = fit_letters(number);
      } else {
        found = search_elastic_net(observations_, number, options_.alphas,
                                   solver == Solver::lasso ? 1.0 : options_.l1_ratio);
      }
      SurrogateFit& fit = fits[task];
      fit.parameters = std::move(found.fit.parameters);
      fit.lambda = found.alpha;
      fit.lambda_scores = std::move(found.scores);
      fit.algorithm = solver == Solver::sparse ? "path of the lasso" : "coordinate descent";
      fit.iterations = found.fit.sweeps;
      fit.converged = found.fit.converged;
      if (solver == Solver::lasso) fit.degrees_of_freedom = 1.0 + static_cast<double>(effects(fit.parameters));
    }
  }

  static std::ptrdiff_t effects(Parameters const& parameters) {
    return std::count_if(parameters.additive.begin(), parameters.additive.end(),
                         [](double effect) { return effect != 0.0; });
  }

  void solve(SurrogateName const& name, std::vector<SurrogateFit>& fits) {
    if (is_sparse(name.solver)) return solve_sparse(name.solver, fits);
    LinearOptions const linear = linear_options(name.interactions);
    FeatureOperator const& phi = features(linear);
    if (name.solver == Solver::ridge) {
      auto solved = fit_linear(phi, observations_, linear);
      for (std::size_t task = 0; task < fits.size(); ++task) take(std::move(solved[task]), fits[task]);
      return;
    }
    if (name.solver == Solver::group_lasso) return solve_groups(phi, fits);
    GlobalEpistasisOptions options{.linear = linear,
                                   .curve = options_.curve,
                                   .sigmoids = options_.sigmoids,
                                   .noise = options_.noise,
                                   .noise_order = options_.noise_order,
                                   .noise_rounds = options_.noise_rounds};
    if (options_.theta_penalty > 0) options.linear.lambdas = penalties_of_theta();
    for (std::size_t task = 0; task < fits.size(); ++task) {
      if (constant_response(observations_, static_cast<std::int64_t>(task))) continue;
      take(fit_global_epistasis(phi, observations_, static_cast<std::int64_t>(task), options), fits[task]);
    }
  }

  std::vector<double> penalties_of_theta() const {
    std::vector<double> lambdas;
    double const rows = static_cast<double>(observations_.split.train.size());
    for (double const share : {0.03, 0.1, 0.3, 1.0}) lambdas.push_back(2 * share * rows * options_.theta_penalty);
    return lambdas;
  }

  static void take(LinearFit&& solved, SurrogateFit& fit) {
    fit.parameters = std::move(solved.parameters);
    fit.lambda = solved.lambda;
    fit.lambda_scores = std::move(solved.lambda_scores);
    fit.algorithm = solved.report.algorithm;
    fit.iterations = solved.report.iterations;
    fit.converged = solved.report.converged;
    fit.degrees_of_freedom = solved.degrees_of_freedom;
    fit.errors = std::move(solved.errors);
  }

  static void take(GlobalEpistasisFit&& solved, SurrogateFit& fit) {
    fit.parameters = std::move(solved.parameters);
    fit.curve = std::move(solved.curve);
    fit.noise = std::move(solved.noise);
    fit.lambda = solved.lambda;
    fit.lambda_scores = std::move(solved.lambda_scores);
    fit.algorithm = "Gauss-Newton";
    fit.iterations = solved.iterations;
    fit.converged = solved.converged;
    fit.noise_rounds = solved.noise_rounds;
    fit.flat_fraction = solved.flat_fraction;
    fit.diagnostic = std::move(solved.diagnostic);
  }

  // phi = the mean of the rows that are fitted, and nothing else.
  void make_constant(std::int64_t task, SurrogateFit& fit) const {
    auto const values = response_column(observations_, task, {0, fitted_rows(observations_)});
    fit.parameters = {observations_.length(),
                      observations_.alphabet,
                      mean({values.data(), static_cast<std::int64_t>(values.size())}),
                      std::vector<double>(frequencies_.size(), 0.0),
                      {},
                      {}};
    fit.curve = {};
    fit.lambda = options_.lambdas.front();
    fit.lambda_scores.assign(options_.lambdas.size(), not_a_number);
    fit.algorithm = "none";
    fit.fallback = Fallback::constant;
    fit.degrees_of_freedom = 1;
    fit.errors.reset();
    if (options_.standard_errors) fit.errors = constant_errors(values);
  }

  // Of the mean of values: their standard deviation over the square root of their number.
  ParameterErrors constant_errors(std::vector<double> const& values) const {
    auto const count = static_cast<double>(values.size());
    double const centre = mean({values.data(), static_cast<std::int64_t>(values.size())});
    double squares = 0;
    for (double const value : values) squares += (value - centre) * (value - centre);
    double const deviation = values.size() > 1 ? std::sqrt(squares / (count - 1)) : 0.0;
    return {deviation / std::sqrt(count), std::vector<double>(frequencies_.size(), 0.0), {}, deviation};
  }

  void finish(std::int64_t task, bool reduced, bool as_solved, SurrogateFit& fit) const {
    bool const constant = constant_response(observations_, task);
    if (reduced) fit.fallback = Fallback::additive_linear;
    if (!checks_.varies || constant) make_constant(task, fit);
    if (constant) add_diagnostic("y is constant in the rows that are fitted: only a constant", fit);
    if (reduced) add_diagnostic("only single mutants: additive and linear was fitted", fit);
    fit.unseen_letters = checks_.unseen;
    if (checks_.unseen > 0) {
      add_diagnostic(fmt::format("{} letters were never seen at positions that vary ({}): their effects are what the "
                                 "penalty makes of them",
                                 checks_.unseen, checks_.unseen_text),
                     fit);
    }
    if (!as_solved) fit.parameters = fix_gauge(fit.parameters, frequencies_);
    add_metrics(task, fit);
  }

  static void add_diagnostic(std::string const& text, SurrogateFit& fit) {
    fit.diagnostic += (fit.diagnostic.empty() ? "" : "; ") + text;
  }

  kernels::MatrixView<std::uint8_t const> letters_of(kernels::RowRange rows) const {
    auto const& all = observations_.letters;
    return {all.data + rows.begin * all.stride, rows.size(), all.columns, all.stride};
  }

  void add_metrics(std::int64_t task, SurrogateFit& fit) const {
    kernels::RowRange const fitted{0, fitted_rows(observations_)};
    auto const predicted = predict(fit, letters_of(fitted), threads());
    auto const [lowest, highest] = std::minmax_element(predicted.phi.begin(), predicted.phi.end());
    fit.lowest_phi = *lowest;
    fit.highest_phi = *highest;
    if (fit.curve.kind == CurveKind::identity && fit.noise.log_scale.empty() && fit.noise.kind != NoiseKind::known) {
      fit.noise = linear_noise(observations_, task, fit.lambda_scores, predicted.response);
    }
    fit.train = metrics_of(task, fitted, fit, false);
    fit.test = metrics_of(task, observations_.split.test, fit, options_.information);
  }

  FitMetrics metrics_of(std::int64_t task, kernels::RowRange rows, SurrogateFit const& fit, bool information) const {
    auto const observed = response_column(observations_, task, rows);
    auto const predicted = predict(fit, letters_of(rows), threads());
    std::vector<double> likelihood;
    for (std::size_t row = 0; row < observed.size(); ++row) {
      double const error = observations_.standard_errors.empty()
                               ? 0.0
                               : observations_.standard_errors[static_cast<std::size_t>(rows.begin) + row];
      likelihood.push_back(fit.noise.negative_log_likelihood(observed[row], predicted.response[row], error));
    }
    return measure({observed, predicted.mean, predicted.phi, likelihood}, information, options_.seed);
  }

  int threads() const { return backend_.kind() == device::BackendKind::cpu ? backend_.cpu_space().threads : 1; }

  device::Backend const& backend_;
  Observations const& observations_;
  SurrogateOptions const& options_;
  FeatureOperators& operators_;
  LibraryChecks checks_;
  std::vector<double> frequencies_;
};

}  // namespace

SurrogatePredictions predict(SurrogateFit const& fit, kernels::MatrixView<std::uint8_t const> letters, int threads) {
  SurrogatePredictions predictions;
  predictions.phi = phi_of(fit.parameters, letters, threads);
  predictions.response.reserve(predictions.phi.size());
  for (double const phi : predictions.phi) predictions.response.push_back(fit.curve(phi));
  bool const mean_elsewhere = fit.noise.kind == NoiseKind::skewed_t && !fit.noise.log_scale.empty();
  predictions.mean = predictions.response;
  if (mean_elsewhere) {
    for (double& value : predictions.mean) value = fit.noise.mean(value);
  }
  return predictions;
}

std::vector<std::vector<SurrogateFit>> fit_surrogates(device::Backend const& backend, Observations const& observations,
                                                      std::vector<SurrogateName> const& names,
                                                      SurrogateOptions const& options, FeatureOperators* shared) {
  options.validate();
  validate(observations);
  FeatureOperators own;
  Fitting fitting(backend, observations, options, shared != nullptr ? *shared : own);
  std::vector<std::vector<SurrogateFit>> fits;
  for (SurrogateName const& name : names) fits.push_back(fitting.fit(name));
  return fits;
}

}  // namespace shoal::surrogate
