// SPDX-License-Identifier: MIT
#include "app/options/surrogate_arguments.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace {

using surrogate::SurrogateOptions;

void add_noise(SurrogateOptions& options, OptionTable& table) {
  table.add<surrogate::NoiseKind>({
      .name = "noise",
      .target = &options.noise,
      .value = "NAME",
      .help = "noise of global epistasis: gaussian, cauchy, skewed-t, known (the table's dy), or auto: the kind, order "
              "and, of tables, rounds that validation rows speak for",
      .example = "gaussian",
      .key = "surrogate.noise",
      .form = named(surrogate::parse_noise_kind),
  });
  table.add<int>({
      .name = "noise-order",
      .target = &options.noise_order,
      .value = "K",
      .help = "order of the noise's polynomial in the prediction, 0 to 3; for auto the highest",
      .example = "1",
      .key = "surrogate.noise",
  });
  table.add<int>({
      .name = "noise-rounds",
      .target = &options.noise_rounds,
      .value = "R",
      .help = "rounds of fitting again with weights from the noise, kept while the validation likelihood improves; "
              "cauchy, and auto of a table, try 3 at least",
      .key = "surrogate.noise_rounds",
  });
}

void add_curve(SurrogateOptions& options, OptionTable& table) {
  table.add<double>({
      .name = "theta-penalty",
      .target = &options.theta_penalty,
      .value = "P",
      .help = "MAVE-NN's lambda_theta over its batch size, from which the lambdas of curves follow in place of "
              "--lambdas; 0: not",
      .key = "surrogate.theta_penalty",
  });
  table.add<surrogate::CurveKind>({
      .name = "curve",
      .target = &options.curve,
      .value = "NAME",
      .help = "response curve of global epistasis: sigmoids, spline, linear",
      .example = "spline",
      .key = "surrogate.curve",
      .form = named(surrogate::parse_curve_kind),
  });
  table.add<int>({
      .name = "sigmoids",
      .target = &options.sigmoids,
      .value = "K",
      .help = "sigmoids of the curve",
      .key = "surrogate.curve",
  });
}

void add_sparse(SurrogateOptions& options, OptionTable& table) {
  table.add<std::vector<double>>({
      .name = "alphas",
      .target = &options.alphas,
      .value = "LIST",
      .help = "penalties of lasso, elastic net (as scikit-learn scales them) and group lasso to choose from",
      .example = "0.01,0.1",
      .key = "surrogate.sparse",
  });
  table.add<double>({
      .name = "l1-ratio",
      .target = &options.l1_ratio,
      .value = "R",
      .help = "share of lasso in the elastic net",
      .key = "surrogate.sparse",
  });
  table.add<std::int64_t>({
      .name = "sparse-letters",
      .target = &options.sparse_letters,
      .value = "K",
      .help = "how many letters have an effect in additive-lime",
      .key = "surrogate.sparse",
  });
}

void add_pairs(SurrogateOptions& options, OptionTable& table) {
  table.add<double>({
      .name = "pair-ratio",
      .target = &options.pair_ratio,
      .value = "R",
      .help = "penalty of pairs over penalty of single letters",
      .key = "surrogate.pair_ratio",
  });
  table.add<surrogate::RidgeSolver>({
      .name = "solver",
      .target = &options.solver,
      .value = "NAME",
      .help = "how neighbour and pairwise ridge is solved: primal or dual (Cholesky factors of the parameters' or the "
              "rows' matrix), cg (conjugate gradients), or auto: by size and cost",
      .example = "cg",
      .key = "surrogate.solver",
      .form = named(surrogate::parse_ridge_solver),
  });
  table.add<std::int64_t>({
      .name = "pair-distance",
      .target = &options.features.maximum_distance,
      .value = "D",
      .help = "only pairs of positions at most this far apart; 0: all",
      .key = "surrogate.pairs",
  });
  table.add<std::optional<std::pair<kernels::RowRange, kernels::RowRange>>>({
      .name = "pair-windows",
      .target = &options.features.between,
      .value = "A:B,C:D",
      .help = "only pairs with one position in each of two half-open windows",
      .example = "20:30,60:70",
      .key = "surrogate.pairs",
  });
}

}  // namespace

OptionRow<std::vector<double>> lambdas_row(std::vector<double>& target) {
  return {
      .name = "lambdas",
      .target = &target,
      .value = "LIST",
      .help = "penalties to choose from, for curves also between them; SQUID: 0.001,0.01,0.1,1",
      .example = "0.5,1",
      .key = "ridge.lambdas",
  };
}

void add_lambda_selection(surrogate::RidgeOptions& ridge, OptionTable& options) {
  options.add<surrogate::LambdaSelection>({
      .name = "lambda-selection",
      .target = &ridge.selection,
      .value = "kfold|loo|gcv",
      .help = "how additive-ridge chooses its penalty",
      .comment =
          "How additive-ridge chooses its penalty: kfold (as SQUID does), loo or gcv; folds belongs to kfold. The "
          "other surrogates choose theirs by R² on the validation rows.",
      .example = "gcv",
      .key = "ridge.selection",
      .form = named(surrogate::parse_lambda_selection),
  });
  options.add<int>({
      .name = "folds",
      .target = &ridge.folds,
      .value = "K",
      .help = "folds of kfold",
      .key = "ridge.folds",
  });
}

void SurrogateArguments::add_to(OptionTable& table) {
  table.section("surrogates");
  table.add<surrogate::GaugeKind>({
      .name = "gauge",
      .target = &options.gauge,
      .value = "NAME",
      .help = "which of the parameter sets with the same predictions: " + surrogate::gauge_names(),
      .example = "empirical",
      .key = "surrogate.gauge",
      .form = named(surrogate::parse_gauge),
  });
  table.add<std::string>({
      .name = "preset",
      .target = &preset,
      .value = "NAME",
      .help = "squid or mavenn: their defaults for these options, which the command line and --config replace",
      .comment = "The defaults of these options as SQUID or MAVE-NN have them, where nothing else is said: squid or "
                 "mavenn.",
      .example = "squid",
      .key = "surrogate.gauge",
  });
  add_noise(options, table);
  add_curve(options, table);
  add_sparse(options, table);
  add_pairs(options, table);
  table.add<bool>({
      .name = "standard-errors",
      .target = &options.standard_errors,
      .help = "standard errors of the parameters of ridges and of global epistasis too, where a factorisation gives "
              "them: map_error in a store",
      .key = "surrogate.standard_errors",
  });
}

surrogate::SurrogateOptions SurrogateArguments::resolved() const {
  options.validate();
  return options;
}

std::string preset_text(std::string const& name) {
  if (name == "squid") {
    return "gauge = empirical\ncurve = sigmoids\nsigmoids = 50\nnoise = skewed-t\nnoise-order = 2\n"
           "theta-penalty = 0.0001\nvalidation = 0.2\nholdout = 0.2\nlambdas = 0.001,0.01,0.1,1\n"
           "lambda-selection = kfold\nfolds = 5\nalphas = 1\nsparse-letters = 20\n";
  }
  if (name == "mavenn") {
    return "gauge = empirical\ncurve = sigmoids\nsigmoids = 50\nnoise = gaussian\nnoise-order = 0\n"
           "theta-penalty = 0.0002\nvalidation = 0.2\n";
  }
  fail(ErrorCode::config, fmt::format("--preset {}: choose squid or mavenn", quoted(name)));
}

}  // namespace shoal::app
