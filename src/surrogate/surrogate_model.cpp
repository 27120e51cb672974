// SPDX-License-Identifier: MIT
#include "surrogate/surrogate_model.hpp"

#include <chrono>

#include "surrogate/data/library_checks.hpp"
#include "surrogate/solvers/fit_completion.hpp"
#include "surrogate/solvers/surrogate_solvers.hpp"

namespace shoal::surrogate {

namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<double> frequencies_of(Observations const& observations, SurrogateOptions const& options) {
  auto letters = observations.letters;
  letters.rows = fitted_rows(observations);
  return gauge_frequencies(options.gauge, observations.length(), observations.alphabet,
                           letter_counts(letters, observations.alphabet), options.reference, options.frequencies);
}

int threads_of(device::Backend const& backend) {
  return backend.kind() == device::BackendKind::cpu ? backend.cpu_space().threads : 1;
}

class Fitting {
 public:
  Fitting(device::Backend const& backend, Observations const& observations, SurrogateOptions const& options,
          FeatureOperators& operators)
      : tasks_(static_cast<std::size_t>(observations.tasks())),
        checks_(check_library(observations)),
        frequencies_(frequencies_of(observations, options)),
        solvers_(backend, observations, options, frequencies_, operators),
        completion_(observations, options, checks_, frequencies_, threads_of(backend)) {}

  std::vector<SurrogateFit> fit(SurrogateName const& name) {
    Stopwatch const watch;
    std::vector<SurrogateFit> fits(tasks_);
    bool const reduced = checks_.single_mutants && checks_.varies &&
                         (name.interactions != Interactions::additive || name.solver == Solver::global_epistasis);
    if (!checks_.varies) {
      for (SurrogateFit& fit : fits) fit.diagnostic = "all sequences that are fitted are the same: only a constant";
    } else {
      solvers_.solve(reduced ? parse_surrogate("additive-ridge") : name, fits);
    }
    double const shared = watch.seconds() / static_cast<double>(fits.size());
    for (std::size_t task = 0; task < fits.size(); ++task) {
      fits[task].name = name.text;
      completion_.complete(static_cast<std::int64_t>(task), reduced, is_sparse(name.solver), fits[task]);
      fits[task].seconds = shared;
    }
    return fits;
  }

 private:
  std::size_t tasks_;
  LibraryChecks checks_;
  std::vector<double> frequencies_;
  SurrogateSolvers solvers_;  // these two refer to what stands above
  FitCompletion completion_;
};

}  // namespace

SurrogatePredictions predict(SurrogateFit const& fit, kernels::MatrixView<std::uint8_t const> letters, int threads) {
  SurrogatePredictions predictions;
  predictions.phi = phi_of(fit.parameters, letters, threads);
  predictions.response.reserve(predictions.phi.size());
  for (double const phi : predictions.phi) predictions.response.push_back(fit.curve(phi));
  bool const mean_elsewhere =
      !fit.curve_is_mean && fit.noise.kind == NoiseKind::skewed_t && !fit.noise.log_scale.empty();
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
