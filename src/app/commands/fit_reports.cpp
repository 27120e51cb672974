// SPDX-License-Identifier: MIT
#include "app/commands/fit_reports.hpp"

#include <fmt/core.h>

#include <fstream>

#include "base/error.hpp"
#include "surrogate/simulate.hpp"

namespace shoal::app {

namespace {

using surrogate::SurrogateFit;

std::string_view set_name(genome::RowSet set) {
  switch (set) {
    case genome::RowSet::train:
      return "train";
    case genome::RowSet::validation:
      return "validation";
    case genome::RowSet::test:
      return "test";
    case genome::RowSet::unassigned:
      break;
  }
  return "";
}

// The place of every row of the table among the observations.
std::vector<std::size_t> places(FitTable const& table) {
  std::vector<std::size_t> place_of(table.order().size());
  for (std::size_t place = 0; place < place_of.size(); ++place) {
    place_of[static_cast<std::size_t>(table.order()[place])] = place;
  }
  return place_of;
}

void finish(std::ofstream& out, std::string const& path) {
  out.close();
  if (!out) fail(ErrorCode::output, fmt::format("cannot write {}: disk full, or no permission", path));
}

}  // namespace

std::string metrics_header() {
  return "model\tr2\tpearson2\tspearman\tnll\ti_var\ti_pred\tlambda\tseconds\n";
}

std::string metrics_line(SurrogateFit const& fit) {
  auto const& test = fit.test;
  return fmt::format("{}\t{:.6f}\t{:.6f}\t{:.6f}\t{:.6f}\t{:.4f}\t{:.4f}\t{:g}\t{:.4f}\n", fit.name, test.r2,
                     test.pearson2, test.spearman, test.negative_log_likelihood, test.variational_information.value,
                     test.predictive_information.value, fit.lambda, fit.seconds);
}

void write_predictions(std::string const& path, FitTable const& table, std::vector<SurrogateFit> const& fits,
                       int threads) {
  std::vector<surrogate::SurrogatePredictions> predictions;
  std::ofstream out(path);
  out << "sequence\tset\ty";
  for (SurrogateFit const& fit : fits) {
    predictions.push_back(surrogate::predict(fit, table.observations().letters, threads));
    out << fmt::format("\t{0}.phi\t{0}.prediction", fit.name);
  }
  out << '\n';
  auto const place_of = places(table);
  for (std::size_t row = 0; row < place_of.size(); ++row) {
    std::size_t const place = place_of[row];
    out << fmt::format("{}\t{}\t{:.17g}", table.table().sequences[row],
                       set_name(table.set_at(static_cast<std::int64_t>(place))), table.table().measurements[row]);
    for (auto const& predicted : predictions) {
      out << fmt::format("\t{:.17g}\t{:.17g}", predicted.phi[place], predicted.mean[place]);
    }
    out << '\n';
  }
  finish(out, path);
}

void write_simulated(std::string const& path, FitTable const& table, SurrogateFit const& fit, std::uint64_t seed,
                     int threads) {
  auto const observations = table.observations();
  auto const predicted = surrogate::predict(fit, observations.letters, threads);
  auto const y = surrogate::simulated_measurements(fit, predicted, observations.standard_errors, seed, 0);
  bool const errors = !observations.standard_errors.empty();
  std::ofstream out(path);
  out << "sequence\tsplit\tphi\tyhat\ty" << (errors ? "\tdy\n" : "\n");
  auto const place_of = places(table);
  for (std::size_t row = 0; row < place_of.size(); ++row) {
    std::size_t const place = place_of[row];
    out << fmt::format("{}\t{}\t{:.17g}\t{:.17g}\t{:.17g}", table.table().sequences[row],
                       set_name(table.set_at(static_cast<std::int64_t>(place))), predicted.phi[place],
                       predicted.response[place], y[place]);
    out << (errors ? fmt::format("\t{:.17g}\n", observations.standard_errors[place]) : "\n");
  }
  finish(out, path);
}

}  // namespace shoal::app
