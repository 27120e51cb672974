// SPDX-License-Identifier: MIT
#include "fit/fit_file.hpp"

#include <span>

#include "base/not_a_number.hpp"
#include "fit/fitted_surrogate.hpp"
#include "hdf5/row_dataset.hpp"
#include "hdf5/text.hpp"
#include "store/result_file.hpp"

namespace shoal::fit {

namespace {

using hdf5::ElementKind;
using hdf5::RowDataset;
using surrogate::SurrogateFit;

// One float64 dataset [values.size() / row size, shape…], with the names of its axes.
void write_array(hid_t file, std::string const& path, std::vector<double> const& values,
                 std::vector<std::int64_t> const& row_shape, std::string const& axes) {
  std::int64_t row_size = 1;
  for (std::int64_t const extent : row_shape) row_size *= extent;
  auto const rows = static_cast<std::int64_t>(values.size()) / row_size;
  auto const dataset = RowDataset::create(file, path, rows, {ElementKind::float64, row_shape});
  if (rows > 0) dataset.write(0, std::as_bytes(std::span(values)));
  hdf5::write_text(dataset.id(), "axes", axes);
}

// One record of named numbers.
void write_record(hid_t file, std::string const& path, std::vector<std::pair<std::string, double>> const& numbers) {
  std::vector<std::string> names;
  std::vector<double> values;
  for (auto const& [name, value] : numbers) {
    names.push_back(name);
    values.push_back(value);
  }
  auto const dataset =
      RowDataset::create(file, path, 1, {.kind = ElementKind::float64, .shape = {}, .text_width = 1, .fields = names});
  dataset.write(0, std::as_bytes(std::span(values)));
}

void write_pairs(hid_t file, std::string const& group, SurrogateFit const& fit) {
  std::vector<std::int64_t> positions;
  for (auto const pair : fit.parameters.pairs) positions.insert(positions.end(), {pair.first, pair.second});
  auto const pairs = static_cast<std::int64_t>(fit.parameters.pairs.size());
  auto const dataset = RowDataset::create(file, group + "/pairs", pairs, {ElementKind::int64, {2}});
  if (pairs > 0) dataset.write(0, std::as_bytes(std::span(positions)));
  hdf5::write_text(dataset.id(), "axes", "pair, position from 0 (first < second)");
}

std::vector<std::pair<std::string, double>> metric_numbers(SurrogateFit const& fit) {
  auto const& test = fit.test;
  return {{"r2", test.r2},
          {"pearson2", test.pearson2},
          {"spearman", test.spearman},
          {"negative_log_likelihood", test.negative_log_likelihood},
          {"variational_information", test.variational_information.value},
          {"variational_information_uncertainty", test.variational_information.uncertainty},
          {"predictive_information", test.predictive_information.value},
          {"predictive_information_uncertainty", test.predictive_information.uncertainty},
          {"rows", static_cast<double>(test.rows)},
          {"r2_train", fit.train.r2},
          {"rows_train", static_cast<double>(fit.train.rows)},
          {"lambda", fit.lambda},
          {"degrees_of_freedom", fit.degrees_of_freedom},
          {"residual_sd", fit.errors ? fit.errors->residual_sd : not_a_number},
          {"flat_fraction", fit.flat_fraction},
          {"unseen_letters", static_cast<double>(fit.unseen_letters)},
          {"noise_rounds", static_cast<double>(fit.noise_rounds)},
          {"iterations", fit.iterations},
          {"converged", fit.converged ? 1.0 : 0.0}};
}

void write_curve(hid_t file, std::string const& group, surrogate::ResponseCurve const& curve) {
  auto const made = hdf5::create_group(file, group);
  hdf5::write_text(made.get(), "kind", std::string(surrogate::to_string(curve.kind)));
  hdf5::write_text(
      made.get(), "definition",
      "identity, sigmoids: offset + slope phi + sum of heights tanh(steepness phi + shifts); spline: offset "
      "+ cubic B-spline of values on knots, straight beyond them");
  write_array(file, group + "/line", {curve.offset, curve.slope}, {}, "offset, slope");
  write_array(file, group + "/heights", curve.heights, {}, "sigmoid");
  write_array(file, group + "/steepness", curve.steepness, {}, "sigmoid");
  write_array(file, group + "/shifts", curve.shifts, {}, "sigmoid");
  write_array(file, group + "/knots", curve.knots, {}, "knot");
  write_array(file, group + "/values", curve.values, {}, "knot, two more");
}

void write_noise(hid_t file, std::string const& group, surrogate::NoiseModel const& noise) {
  auto const made = hdf5::create_group(file, group);
  hdf5::write_text(made.get(), "kind", std::string(surrogate::to_string(noise.kind)));
  hdf5::write_text(made.get(), "definition",
                   "logarithms of the noise's parameters: polynomials, constant term first, in z = (prediction within "
                   "lowest … highest - centre) / scale");
  write_record(file, group + "/range",
               {{"centre", noise.centre},
                {"scale", noise.scale},
                {"lowest", noise.lowest},
                {"highest", noise.highest},
                {"mode_shift", noise.mode_shift}});
  write_array(file, group + "/log_scale", noise.log_scale, {}, "power");
  write_array(file, group + "/log_a", noise.log_a, {}, "power");
  write_array(file, group + "/log_b", noise.log_b, {}, "power");
}

}  // namespace

void write_fitted_model(hid_t file, std::string const& group, FittedModel const& model) {
  SurrogateFit const& fit = model.fit;
  std::int64_t const alphabet = fit.parameters.alphabet;
  auto const made = hdf5::create_group(file, group);
  hdf5::write_text(made.get(), "algorithm", fit.algorithm);
  if (!fit.solver_reason.empty()) hdf5::write_text(made.get(), "solver", fit.solver_reason);
  hdf5::write_text(made.get(), "diagnostic", fit.diagnostic);
  write_array(file, group + "/constant", {fit.parameters.constant}, {}, "one number");
  write_array(file, group + "/additive", fit.parameters.additive, {alphabet}, "position, letter");
  write_pairs(file, group, fit);
  write_array(file, group + "/pair_effects", fit.parameters.pair_effects, {alphabet, alphabet},
              "pair, letter of the first position, letter of the second");
  write_array(file, group + "/lambda_scores", fit.lambda_scores, {}, "lambda: R² on the validation rows");
  write_record(file, group + "/metrics", metric_numbers(fit));
  write_curve(file, group + "/curve", fit.curve);
  write_noise(file, group + "/noise", fit.noise);
  if (fit.errors) {
    write_array(file, group + "/constant_error", {fit.errors->constant}, {}, "one number: standard error");
    write_array(file, group + "/additive_error", fit.errors->additive, {alphabet}, "position, letter: standard error");
    write_array(file, group + "/pair_error", fit.errors->pair_effects, {alphabet, alphabet},
                "pair, letter of the first position, letter of the second: standard error");
  }
  if (model.bootstrap) {
    write_array(file, group + "/additive_deviation", model.bootstrap->additive_deviation, {alphabet},
                "position, letter: standard deviation over bootstrap refits");
    write_array(file, group + "/pair_deviation", model.bootstrap->pair_deviation, {alphabet, alphabet},
                "pair, letter of the first position, letter of the second");
    write_array(file, group + "/bootstrap_r2", model.bootstrap->r2, {}, "refit");
  }
  if (!model.latent_effects.empty()) {
    write_array(file, group + "/variant_effects_latent", model.latent_effects, {alphabet},
                "position, letter: phi(variant) - phi(reference)");
    write_array(file, group + "/variant_effects_response", model.response_effects, {alphabet},
                "position, letter: g(phi(variant)) - g(phi(reference)), in units of y");
  }
}

namespace {

void write_contents(hid_t file, FitFile const& contents) {
  auto const root = hdf5::own<hdf5::Object>(H5Oopen(file, "/", H5P_DEFAULT), "cannot open /", ErrorCode::output);
  hdf5::write_text(root.get(), "shoal.kind", "fit 1");
  hdf5::write_text(root.get(), "letters", contents.letters);
  hdf5::write_text(root.get(), "reference", contents.reference);
  for (auto const& [key, value] : contents.settings) hdf5::write_text(root.get(), key, value);
  write_array(file, "/lambdas", contents.lambdas, {}, "lambda");
  write_array(file, "/letter_counts", contents.letter_counts, {static_cast<std::int64_t>(contents.letters.size())},
              "position, letter: rows that were fitted, with it");
  hdf5::create_group(file, "/models");
  for (FittedModel const& model : contents.models) write_fitted_model(file, "/models/" + model.fit.name, model);
}

}  // namespace

void write_fit_file(std::string const& path, FitFile const& contents) {
  store::write_result_file(path, [&](hid_t file) { write_contents(file, contents); });
}

}  // namespace shoal::fit
