// SPDX-License-Identifier: MIT
// truth_bench THREADS [GROUP …]: global epistasis on libraries of known truth, one line per library: how far its
// held-out R² stays below the noise ceiling, what a fit that knows the curve and the noise loses, what ridge loses, how
// far the curve is from a line, seconds, and whether the aims are met. Groups: additive (20 mutants per parameter,
// three noise laws), pairwise (beside the oracle), small (fewer mutants than a fit wants), linear (a truth without a
// curve). Generator, seeds and sizes are fixed. Exit status 1 where an aim is missed.
#include <algorithm>

#include "bench/bench_program.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis_oracle.hpp"

namespace {

using namespace shoal;
using namespace shoal::surrogate;

struct Case {
  std::string group;
  test::TruthOptions truth;
  NoiseKind noise = NoiseKind::gaussian;
};

std::string_view name_of(test::TruthNoise law) {
  if (law == test::TruthNoise::cauchy) return "cauchy";
  return law == test::TruthNoise::skewed_t ? "skewed-t" : "gaussian";
}

std::vector<Case> three_laws(std::string const& group, test::TruthOptions truth) {
  std::vector<Case> cases;
  truth.law = test::TruthNoise::constant;
  cases.push_back({group, truth, NoiseKind::gaussian});
  truth.law = test::TruthNoise::cauchy;
  truth.noise = 0.1;
  cases.push_back({group, truth, NoiseKind::cauchy});
  truth.law = test::TruthNoise::skewed_t;
  truth.noise = 0.25;
  cases.push_back({group, truth, NoiseKind::skewed_t});
  return cases;
}

void add(std::vector<Case>& cases, std::vector<Case> const& more) {
  cases.insert(cases.end(), more.begin(), more.end());
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (std::int64_t const length : {50, 100, 249}) {
    add(cases, three_laws("additive", {.length = length, .rows = 25 * (3 * length + 1)}));
  }
  add(cases, three_laws("pairwise", {.length = 50, .rows = 20000, .pairwise = true}));
  add(cases, three_laws("pairwise", {.length = 100, .rows = 20000, .pairwise = true}));
  add(cases, three_laws("pairwise", {.length = 249, .rows = 20000, .pairwise = true}));
  for (std::int64_t const rows : {500, 1000, 2000}) {
    for (unsigned const seed : {1u, 2u, 3u}) {
      for (double const noise : {0.25, 1.0}) {
        add(cases, {{"small", {.length = 249, .rows = rows, .noise = noise, .seed = seed}}});
      }
    }
  }
  add(cases, {{"small", {.length = 50, .rows = 2000, .pairwise = true}},
              {"small", {.length = 100, .rows = 5000, .pairwise = true}}});
  for (std::int64_t const length : {50, 100, 249}) {
    for (std::int64_t const share : {2, 25}) {
      for (double const noise : {0.25, 1.0}) {
        test::TruthOptions truth{.length = length, .rows = share * (3 * length + 1), .noise = noise};
        truth.curve = [](double phi) { return phi; };
        add(cases, {{"linear", truth}});
      }
    }
  }
  return cases;
}

std::vector<double> predictions(GlobalEpistasisFit const& fit, kernels::MatrixView<std::uint8_t const> letters) {
  std::vector<double> values = phi_of(fit.parameters, letters, 1);
  for (double& value : values) value = fit.noise.mean(fit.curve(value));
  return values;
}

// The largest distance of the curve from the line through its ends, over the data's phi, in standard deviations of g.
double bend(test::Truth const& truth, GlobalEpistasisFit const& fit, std::vector<double> expected) {
  std::vector<double> const phi = phi_of(fit.parameters, truth.observations().letters, 1);
  auto const [low, high] = std::minmax_element(phi.begin(), phi.end());
  double const rise = (fit.curve(*high) - fit.curve(*low)) / (*high - *low);
  double most = 0;
  for (int step = 0; step <= 100; ++step) {
    double const place = *low + 0.01 * step * (*high - *low);
    most = std::max(most, std::abs(fit.curve(place) - fit.curve(*low) - rise * (place - *low)));
  }
  return most / test::standardise(expected);
}

bool monotone(GlobalEpistasisFit const& fit) {
  for (double place = -10; place < 10; place += 0.05) {
    if (fit.curve(place + 0.05) < fit.curve(place)) return false;
  }
  return true;
}

bool run_case(Case const& wanted, int threads) {
  test::Truth const truth = test::drawn_truth(wanted.truth);
  auto const backend = device::Backend::cpu(threads);
  Observations const observations = truth.observations();
  Interactions const interactions = wanted.truth.pairwise ? Interactions::pairwise : Interactions::additive;
  FeatureOperator const features(*backend, observations, {interactions, 0, std::nullopt});
  GlobalEpistasisOptions options;
  options.noise = wanted.noise;
  GlobalEpistasisOptions linear = options;
  linear.curve = CurveKind::identity;
  kernels::RowRange const test = observations.split.test;
  GlobalEpistasisFit fit;
  double const seconds = bench::seconds_of([&] { fit = fit_global_epistasis(features, observations, 0, options); });
  double const lost = test::shortfall(truth, test, predictions(fit, observations.letters));
  GlobalEpistasisFit const ridge = fit_global_epistasis(features, observations, 0, linear);
  double const ridge_lost = test::shortfall(truth, test, predictions(ridge, observations.letters));
  double best = 0;
  if (wanted.group == "pairwise") {
    best = test::shortfall(truth, test, test::EpistasisOracle(truth, wanted.truth, features).predictions());
  }
  double const bent = bend(truth, fit, truth.expected);
  bool good = monotone(fit) && lost < ridge_lost + 0.005;
  if (wanted.group == "additive" || wanted.group == "pairwise") good = good && lost < best + 0.01;
  if (wanted.group == "linear") good = good && bent < 0.01;
  fmt::print("{:<9} {:>4} {:>7} {:>7} {:<9} {:>5} {:>4}  {:>8.4f} {:>8.4f} {:>8.4f}  {:>8.4f} {:>7.2f} s  {}  [{}]\n",
             wanted.group, wanted.truth.length, features.parameters(), truth.rows(), name_of(wanted.truth.law),
             wanted.truth.noise, wanted.truth.seed, lost, ridge_lost, best, bent, seconds, good ? "met" : "MISSED",
             fit.diagnostic);
  std::fflush(stdout);
  return good;
}

int run(std::vector<std::string> const& arguments) {
  int const threads = std::stoi(arguments[0]);
  fmt::print(
      "group        L parameters  N  noise     sd  seed  R² below the ceiling: epistasis, ridge, oracle  bend\n");
  int missed = 0;
  for (Case const& wanted : all_cases()) {
    bool const asked =
        arguments.size() == 1 || std::find(arguments.begin() + 1, arguments.end(), wanted.group) != arguments.end();
    if (asked && !run_case(wanted, threads)) ++missed;
  }
  fmt::print("{} missed\n", missed);
  return missed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
  return shoal::bench::main_of(count, values, 1, "truth_bench THREADS [additive|pairwise|small|linear …]", run);
}
