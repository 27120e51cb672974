// SPDX-License-Identifier: MIT
#include "app/options/surrogate_arguments.hpp"

#include <fmt/core.h>

#include <boost/program_options/value_semantic.hpp>

#include "app/options/option_groups.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

namespace po = boost::program_options;

namespace {

kernels::RowRange parse_window(std::string_view text, std::string const& whole) {
  auto const ends = split(text, ':');
  auto const begin = ends.size() == 2 ? parse_integer(trim(ends[0])) : std::nullopt;
  auto const end = ends.size() == 2 ? parse_integer(trim(ends[1])) : std::nullopt;
  if (!begin || !end || *begin < 0 || *end <= *begin) {
    fail(ErrorCode::config, fmt::format("--pair-windows {}: expected two half-open windows A:B,C:D", quoted(whole)));
  }
  return {*begin, *end};
}

}  // namespace

void SurrogateArguments::add_to(po::options_description& options) {
  options.add_options()("gauge", po::value(&gauge)->value_name("NAME")->default_value("uniform"),
                        ("which of the parameter sets with the same predictions: " + surrogate::gauge_names()).c_str())(
      "noise", po::value(&noise)->value_name("NAME")->default_value("auto"),
      "noise of global epistasis: gaussian, cauchy, skewed-t, known (the table's dy), or auto: the kind, order and "
      "rounds that validation rows speak for")(
      "preset", po::value(&preset)->value_name("NAME")->default_value(""),
      "squid or mavenn: their defaults for these options, which the command line and --config replace")(
      "noise-order", po::value(&noise_order)->value_name("K")->default_value(noise_order),
      "order of the noise's polynomial in the prediction, 0 to 3; for auto the highest")(
      "noise-rounds", po::value(&noise_rounds)->value_name("R")->default_value(noise_rounds),
      "rounds of fitting again with weights from the noise, kept while the validation likelihood improves; cauchy "
      "and auto try 3 at least")(
      "theta-penalty", po::value(&theta_penalty)->value_name("P")->default_value(theta_penalty),
      "MAVE-NN's lambda_theta over its batch size, from which curves' lambdas follow in place of --lambdas; 0: not")(
      "curve", po::value(&curve)->value_name("NAME")->default_value("sigmoids"),
      "response curve of global epistasis: sigmoids, spline, linear")(
      "sigmoids", po::value(&sigmoids)->value_name("K")->default_value(sigmoids), "sigmoids of the curve")(
      "alphas", po::value(&alphas)->value_name("LIST")->default_value("0.0001,0.001,0.01,0.1,1"),
      "penalties of lasso, elastic net (as scikit-learn scales them) and group lasso to choose from")(
      "l1-ratio", po::value(&l1_ratio)->value_name("R")->default_value(l1_ratio), "share of lasso in the elastic net")(
      "sparse-letters", po::value(&sparse_letters)->value_name("K")->default_value(sparse_letters),
      "letters with an effect, of additive-lime")("pair-ratio",
                                                  po::value(&pair_ratio)->value_name("R")->default_value(pair_ratio),
                                                  "penalty of pairs over penalty of single letters")(
      "pair-distance", po::value(&pair_distance)->value_name("D")->default_value(pair_distance),
      "only pairs of positions at most this far apart; 0: all")(
      "pair-windows", po::value(&pair_windows)->value_name("A:B,C:D")->default_value(""),
      "only pairs with one position in each of two half-open windows")(
      "standard-errors", po::bool_switch(&standard_errors),
      "of the parameters of ridges and of global epistasis too, where a factorisation gives them: map_error in a "
      "store");
}

surrogate::SurrogateOptions SurrogateArguments::resolved() const {
  surrogate::SurrogateOptions options;
  options.gauge = surrogate::parse_gauge(gauge);
  options.noise = surrogate::parse_noise_kind(noise);
  options.noise_order = noise_order;
  options.curve = surrogate::parse_curve_kind(curve);
  options.sigmoids = sigmoids;
  options.alphas = parse_penalties("alphas", alphas);
  options.l1_ratio = l1_ratio;
  options.sparse_letters = sparse_letters;
  options.pair_ratio = pair_ratio;
  options.features.maximum_distance = pair_distance;
  options.standard_errors = standard_errors;
  options.noise_rounds = noise_rounds;
  options.theta_penalty = theta_penalty;
  if (!pair_windows.empty()) {
    auto const windows = split(pair_windows, ',');
    if (windows.size() != 2) {
      fail(ErrorCode::config, fmt::format("--pair-windows {}: expected two windows A:B,C:D", quoted(pair_windows)));
    }
    options.features.between = {parse_window(windows[0], pair_windows), parse_window(windows[1], pair_windows)};
  }
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

std::vector<double> parse_penalties(std::string const& option, std::string const& text) {
  std::vector<double> penalties;
  for (std::string const& item : parse_list(option, text)) {
    auto const penalty = parse_real(item);
    if (!penalty) fail(ErrorCode::config, fmt::format("--{}: {} is not a number", option, quoted(item)));
    penalties.push_back(*penalty);
  }
  return penalties;
}

}  // namespace shoal::app
