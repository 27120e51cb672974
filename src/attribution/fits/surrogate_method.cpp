// SPDX-License-Identifier: MIT
#include "attribution/fits/surrogate_method.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "attribution/fits/fit_scalars.hpp"
#include "attribution/fits/wild_type_effects.hpp"
#include "attribution/library_letters.hpp"
#include "attribution/map_layout.hpp"
#include "base/error.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::attribution {

namespace {

constexpr int curve_points = 65;

constexpr char const* curve_error_definition =
    "standard error of the map over new scores of the same mutants at this lambda: square root of the diagonal of the "
    "sandwich A^-1 B A^-1 N / (residual degrees of freedom), A the Gauss-Newton matrix of the fit, B = sum of w^2 r^2 "
    "J "
    "J^T over the N mutants, J the derivatives by latent effects and curve, carried over to phi of mean 0 and standard "
    "deviation 1 in the map's gauge";

// The polynomials of a noise law: log_scale, and for skewed-t log_a and log_b. A law that the data choose may be
// skewed-t.
std::int64_t noise_polynomials(surrogate::NoiseKind kind) {
  return kind == surrogate::NoiseKind::skewed_t || kind == surrogate::NoiseKind::automatic ? 3 : 1;
}

// Their rows. A polynomial of lower order than asked for has zeros for the higher orders. If a fit has a normal law,
// the shapes are those of Student's t with so many degrees of freedom (44,000) that it is normal; a Cauchy law is
// Student's t with one.
std::vector<double> noise_rows(surrogate::NoiseModel const& noise, surrogate::NoiseKind kind, int order) {
  double const log_shape = noise.kind == surrogate::NoiseKind::cauchy ? std::log(0.5) : 10;
  auto const width = static_cast<std::size_t>(order) + 1;
  std::vector<double> rows(static_cast<std::size_t>(noise_polynomials(kind)) * width, 0.0);
  std::vector<double> const* const sources[] = {&noise.log_scale, &noise.log_a, &noise.log_b};
  for (std::size_t row = 0; row * width < rows.size(); ++row) {
    if (sources[row]->empty()) rows[row * width] = log_shape;
    for (std::size_t power = 0; power < std::min(width, sources[row]->size()); ++power) {
      rows[row * width + power] = (*sources[row])[power];
    }
  }
  return rows;
}

std::vector<double> curve_grid(surrogate::SurrogateFit const& fit) {
  std::vector<double> grid(2 * curve_points);
  for (int point = 0; point < curve_points; ++point) {
    double const along = static_cast<double>(point) / (curve_points - 1);
    double const phi = fit.lowest_phi + along * (fit.highest_phi - fit.lowest_phi);
    grid[static_cast<std::size_t>(point)] = phi;
    grid[static_cast<std::size_t>(curve_points + point)] = fit.curve(phi);
  }
  return grid;
}

std::vector<double> sigmoid_rows(surrogate::ResponseCurve const& curve, int sigmoids) {
  auto const width = static_cast<std::size_t>(sigmoids);
  std::vector<double> rows(3 * width, 0.0);
  std::vector<double> const* const sources[] = {&curve.heights, &curve.steepness, &curve.shifts};
  for (std::size_t row = 0; row < 3; ++row) {
    auto const count = static_cast<std::ptrdiff_t>(std::min(width, sources[row]->size()));
    std::copy_n(sources[row]->begin(), count, rows.begin() + static_cast<std::ptrdiff_t>(row * width));
  }
  return rows;
}

// Effects of the listed pairs, or their errors; 0 if the fit has no such pair.
std::vector<float> effects_of(surrogate::Parameters const& parameters, std::vector<double> const& pair_effects,
                              std::vector<surrogate::SitePair> const& pairs) {
  std::vector<float> effects(16 * pairs.size(), 0.0F);
  for (std::size_t pair = 0; pair < parameters.pairs.size(); ++pair) {
    auto const found = std::lower_bound(pairs.begin(), pairs.end(), parameters.pairs[pair]);
    if (found == pairs.end() || *found != parameters.pairs[pair]) continue;
    auto const at = static_cast<std::size_t>(found - pairs.begin());
    for (std::size_t i = 0; i < 16; ++i) {
      effects[16 * at + i] = static_cast<float>(pair_effects[16 * pair + i]);
    }
  }
  return effects;
}

}  // namespace

void SurrogateMethodOptions::validate() const {
  surrogate.validate();
  if (!(validation > 0 && validation < 1)) {
    fail(ErrorCode::config, fmt::format("--validation {}: choose above 0 and below 1", validation));
  }
  if (surrogate.gauge == surrogate::GaugeKind::user || surrogate.noise == surrogate::NoiseKind::known) {
    fail(ErrorCode::config, "--gauge user and --noise known need a table: they are for shoal fit");
  }
}

SurrogateMethod::SurrogateMethod(surrogate::SurrogateName name, SurrogateMethodOptions options,
                                 std::vector<double> lambdas, double holdout)
    : name_(std::move(name)), options_(std::move(options)), holdout_(holdout) {
  options_.surrogate.lambdas = std::move(lambdas);
  options_.validate();
  if (options_.validation + holdout_ >= 1) {
    fail(ErrorCode::config,
         fmt::format("--validation {} and --holdout {} leave no mutant to train on", options_.validation, holdout_));
  }
}

std::vector<surrogate::SitePair> SurrogateMethod::pairs(std::int64_t length) const {
  surrogate::FeatureOptions features = options_.surrogate.features;
  features.interactions = name_.interactions;
  return features.pairs(length);
}

bool SurrogateMethod::has_errors(std::int64_t length) const {
  auto const features = 3 * length + 9 * static_cast<std::int64_t>(pairs(length).size());
  return options_.surrogate.standard_errors && (has_curve() || name_.solver == surrogate::Solver::ridge) &&
         features <= surrogate::most_primal_parameters;
}

std::vector<std::string> SurrogateMethod::scalar_names() const {
  std::vector<std::string> names = {"constant", "lambda", "r2_train"};
  if (holdout_ > 0) names.insert(names.end(), {"r2_test", "pearson2_test", "spearman_test", "nll_test"});
  names.insert(names.end(), {"fallback", "converged", "unseen_letters"});
  if (counts_freedom()) names.emplace_back("degrees_of_freedom");
  if (!has_curve()) names.push_back("noise_sd");
  if (chooses_pairs()) names.push_back("chosen_pairs");
  if (has_curve()) {
    names.insert(names.end(), {"curve_offset", "curve_slope", "flat_fraction", "noise_centre", "noise_scale",
                               "noise_lowest", "noise_highest", "noise_mode_shift"});
    if (chooses_noise()) names.insert(names.end(), {"noise_kind", "noise_order", "noise_rounds"});
  }
  return names;
}

std::vector<ArraySchema> SurrogateMethod::arrays(std::int64_t length) const {
  std::vector<ArraySchema> arrays = {map_array(length)};
  auto const count = static_cast<std::int64_t>(pairs(length).size());
  ArraySchema const effects{"pairs",
                            {count, 4, 4},
                            NumberType::float32,
                            {{"axes", "pair (pair_positions), base of the first position, base of the second"}}};
  if (count > 0) {
    arrays.push_back(effects);
    for (ArraySchema& array : effect_arrays(length, has_curve())) arrays.push_back(std::move(array));
  }
  if (has_errors(length)) {
    arrays.push_back(map_error_array(length));
    if (has_curve()) arrays.back().notes["definition"] = curve_error_definition;
    if (count > 0) {
      arrays.push_back(effects);
      arrays.back().name = "pairs_error";
    }
  }
  if (!has_curve()) return arrays;
  arrays.push_back(
      {"curve",
       {2, curve_points},
       NumberType::float64,
       {{"axes", "phi and g(phi), point"}, {"units", "phi has mean 0 and standard deviation 1; units of y"}}});
  if (has_sigmoids()) {
    arrays.push_back(
        {"sigmoids",
         {3, options_.surrogate.sigmoids},
         NumberType::float64,
         {{"axes", "height, steepness and shift, sigmoid"},
          {"definition", "g(phi) = curve_offset + curve_slope phi + sum of height tanh(steepness phi + shift)"}}});
  }
  arrays.push_back(
      {"noise",
       {noise_polynomials(options_.surrogate.noise), options_.surrogate.noise_order + 1},
       NumberType::float64,
       {{"axes", "log_scale and, of skewed-t, log_a and log_b, power"},
        {"definition", "polynomials in (g within noise_lowest … noise_highest - noise_centre) / noise_scale"}}});
  return arrays;
}

std::vector<ConstantArray> SurrogateMethod::constants(std::int64_t length) const {
  std::vector<std::int64_t> positions;
  for (auto const pair : pairs(length)) positions.insert(positions.end(), {pair.first, pair.second});
  if (positions.empty()) return {};
  auto const count = static_cast<std::int64_t>(positions.size()) / 2;
  return {{"pair_positions", {count, 2}, std::move(positions), {{"axes", "pair, position from 0 (first < second)"}}}};
}

std::map<std::string, std::string> SurrogateMethod::notes() const {
  std::map<std::string, std::string> notes = {
      {"definition",
       "phi = constant + sum over positions of map[base, position] + sum over pairs of pairs[pair, base, base]"},
      {"gauge", is_sparse() ? "as solved, on one-hot bases"
                            : "hierarchical, " + std::string(surrogate::to_string(options_.surrogate.gauge))},
      {"units", has_curve() ? "phi, which has mean 0 and standard deviation 1 over the mutants that were fitted"
                            : "units of the task's score"},
      {"fallback.definition", fallback_definition},
      {"unseen_letters.definition", "bases that no fitted mutant has, over positions that vary"},
      {"lambda_selection", has_curve() ? "R² on the validation mutants, by five folds where these are fewer than 1,500"
                                       : "R² on the validation mutants"}};
  if (name_.interactions != surrogate::Interactions::additive) {
    notes["map.reading"] =
        "with interactions the map depends on the gauge, and its largest positions are not those of the effects on the "
        "wild type: read these from the array effects, which programs show unless another is asked for";
    if (!has_curve() && name_.solver == surrogate::Solver::ridge) {
      notes["solver"] =
          std::string(surrogate::to_string(options_.surrogate.solver)) +
          ": auto takes Cholesky factors for up to 1,000 features or 2,500 mutants, and else what costs least by an "
          "estimate for one core";
    }
  }
  if (has_curve()) {
    notes["curve_kind"] = std::string(surrogate::to_string(options_.surrogate.curve));
    notes["noise_kind"] = std::string(surrogate::to_string(options_.surrogate.noise));
    if (chooses_noise()) {
      notes["noise_kind.definition"] =
          "chosen by the validation mutants, 0: gaussian; 1: cauchy; 2: skewed-t. The array noise describes each of "
          "them "
          "as skewed-t, of which cauchy (a = b = 1/2) and, nearly, gaussian (large a and b) are special cases";
      notes["noise_rounds.definition"] = "rounds of fitting again with weights from the noise that were kept";
    }
  }
  return notes;
}

Attribution SurrogateMethod::result_of(surrogate::SurrogateFit const& fit,
                                       std::span<std::uint8_t const> wild_type) const {
  Attribution result;
  auto const listed = pairs(fit.parameters.length);
  result.arrays.emplace_back(bases_first<float>(fit.parameters.additive));
  if (!listed.empty()) {
    result.arrays.emplace_back(effects_of(fit.parameters, fit.parameters.pair_effects, listed));
    for (ArrayValues& values : effect_values(fit, wild_type, has_curve())) result.arrays.push_back(std::move(values));
  }
  if (has_errors(fit.parameters.length)) {
    if (!fit.errors)
      fail(ErrorCode::numeric,
           "no residual degrees of freedom are left for standard errors, or the fit's equations are "
           "singular");
    result.arrays.emplace_back(bases_first<float>(fit.errors->additive));
    if (!listed.empty()) result.arrays.emplace_back(effects_of(fit.parameters, fit.errors->pair_effects, listed));
  }
  result.scalars = {fit.parameters.constant, fit.lambda, share_explained(fit.train.r2)};
  if (holdout_ > 0) {
    result.scalars.insert(result.scalars.end(), {share_explained(fit.test.r2), share_explained(fit.test.pearson2),
                                                 share_explained(fit.test.spearman), fit.test.negative_log_likelihood});
  }
  result.scalars.insert(result.scalars.end(), {static_cast<double>(fit.fallback), fit.converged ? 1.0 : 0.0,
                                               static_cast<double>(fit.unseen_letters)});
  if (counts_freedom()) result.scalars.push_back(fit.degrees_of_freedom);
  if (!has_curve()) {
    result.scalars.push_back(fit.noise.standard_deviation(fit.parameters.constant));
    if (chooses_pairs()) result.scalars.push_back(static_cast<double>(fit.chosen_pairs));
    return result;
  }
  result.arrays.emplace_back(curve_grid(fit));
  if (has_sigmoids()) result.arrays.emplace_back(sigmoid_rows(fit.curve, options_.surrogate.sigmoids));
  result.arrays.emplace_back(noise_rows(fit.noise, options_.surrogate.noise, options_.surrogate.noise_order));
  result.scalars.insert(result.scalars.end(),
                        {fit.curve.offset, fit.curve.slope, fit.flat_fraction, fit.noise.centre, fit.noise.scale,
                         fit.noise.lowest, fit.noise.highest, fit.noise.mode_shift});
  if (chooses_noise()) {
    result.scalars.insert(result.scalars.end(),
                          {static_cast<double>(fit.noise.kind), static_cast<double>(fit.noise.order),
                           static_cast<double>(fit.noise_rounds)});
  }
  return result;
}

std::vector<Attribution> SurrogateMethod::fit(ScoredLibrary const& scored) const {
  LibraryLetters own(scored.library);
  LibraryLetters& shared = scored.letters != nullptr ? *scored.letters : own;
  auto const letters = shared.view();
  std::vector<float> scores(static_cast<std::size_t>(letters.rows * scored.tasks));
  scored.scores.copy_to(scores);
  std::vector<double> const responses(scores.begin(), scores.end());
  surrogate::Observations const observations{
      .letters = letters,
      .alphabet = 4,
      .responses = {responses.data(), letters.rows, scored.tasks, scored.tasks},
      .split = surrogate::split_rows(letters.rows, options_.validation, holdout_)};
  auto options = options_.surrogate;
  options.measured = false;
  options.reference.assign(scored.wild_type.begin(), scored.wild_type.end());
  std::replace(options.reference.begin(), options.reference.end(), kernels::code_n, surrogate::missing_letter);
  std::vector<Attribution> results;
  auto const fits =
      surrogate::fit_surrogates(scored.backend, observations, {name_}, options, &shared.feature_operators());
  for (surrogate::SurrogateFit const& fit : fits.front()) results.push_back(result_of(fit, options.reference));
  return results;
}

}  // namespace shoal::attribution
