// SPDX-License-Identifier: MIT
// shoal_bench_pairwise LENGTH ROWS RATE LAMBDA THREADS: a pairwise ridge on a random-mutagenesis library with additive,
// pair and noise parts. Prints seconds for the lists, for each pass over the data, for one solve at LAMBDA to a
// preconditioned residual of 1e-4, and for the search of four lambdas with its final fit to 1e-4; and the peak memory.
#include <sys/resource.h>

#include <cmath>
#include <optional>
#include <random>

#include "base/text.hpp"
#include "bench/bench_program.hpp"
#include "surrogate/ridge/linear_solve.hpp"

namespace {

using namespace shoal;

struct Library {
  std::vector<std::uint8_t> letters;
  std::vector<double> responses;
};

Library make_library(std::int64_t length, std::int64_t rows, double rate) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::normal_distribution<double> normal;
  std::vector<double> effects(length * 4);
  std::vector<double> pair_effects(length * 4 * 4);  // pairs of a position and the one seven further
  for (double& effect : effects) effect = normal(generator);
  for (double& effect : pair_effects) effect = normal(generator);
  Library library;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t l = 0; l < length; ++l) {
      auto letter = static_cast<std::uint8_t>(row == 0 ? generator() % 4 : library.letters[l]);
      if (row > 0 && uniform(generator) < rate) letter = static_cast<std::uint8_t>((letter + 1 + generator() % 3) % 4);
      library.letters.push_back(letter);
    }
    std::uint8_t const* const letters = library.letters.data() + row * length;
    double value = 2.0 * normal(generator);
    for (std::int64_t l = 0; l < length; ++l) value += effects[l * 4 + letters[l]];
    for (std::int64_t l = 0; l + 7 < length; ++l) value += pair_effects[l * 16 + letters[l] * 4 + letters[l + 7]];
    library.responses.push_back(value);
  }
  return library;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

int run(std::vector<std::string> const& arguments) {
  std::int64_t const length = *parse_integer(arguments[0]);
  std::int64_t const rows = *parse_integer(arguments[1]);
  double const lambda = *parse_real(arguments[3]);
  auto const backend = device::Backend::cpu(static_cast<int>(*parse_integer(arguments[4])));
  Library const library = make_library(length, rows, *parse_real(arguments[2]));
  std::int64_t const train = rows * 8 / 10;
  std::int64_t const validated = rows * 9 / 10;
  surrogate::Observations const observations{
      {library.letters.data(), rows, length, length},     4, {}, {library.responses.data(), rows, 1, 1}, {}, {},
      {{0, train}, {train, validated}, {validated, rows}}};
  surrogate::LinearOptions options;
  options.features.interactions = surrogate::Interactions::pairwise;
  options.tolerance = 1e-4;
  double const before = peak_megabytes();
  double seconds = 0;
  std::optional<surrogate::FeatureOperator> features;
  seconds = bench::seconds_of([&] { features.emplace(*backend, observations, options.features); });
  fmt::print("lists {:.3f} s, {} parameters\n", seconds, features->parameters());
  for (std::int64_t const columns : {1, 4}) {
    std::vector<double> coefficients(features->parameters() * columns, 1e-3);
    std::vector<double> values(rows * columns);
    std::vector<double> forward;
    std::vector<double> backward;
    for (int repeat = 0; repeat < 5; ++repeat) {
      forward.push_back(bench::seconds_of([&] {
        features->multiply({0, rows}, {coefficients.data(), features->parameters(), columns, columns},
                           {values.data(), rows, columns, columns});
      }));
      backward.push_back(bench::seconds_of([&] {
        features->multiply_transposed({0, rows}, {values.data(), rows, columns, columns},
                                      {coefficients.data(), features->parameters(), columns, columns});
      }));
    }
    fmt::print("columns {}: multiply {:.4f} s, transposed {:.4f} s\n", columns, bench::median(forward),
               bench::median(backward));
  }
  surrogate::RidgeProblem const problem{*features, observations, {0, validated}, 1.0, 1e-4, 2000};
  std::vector<surrogate::RidgeSide> const sides{{0, lambda}};
  surrogate::RidgeSolutions solved;
  seconds = bench::seconds_of([&] { solved = surrogate::solve_by_gradients(problem, sides, {}); });
  fmt::print("solve {:.3f} s, {} iterations, residual {:.1e}\n", seconds, solved.report.iterations,
             solved.report.residual);
  fmt::print("memory beside the library {:.0f} MB\n", peak_megabytes() - before);
  std::vector<surrogate::LinearFit> fits;
  seconds = bench::seconds_of([&] { fits = surrogate::fit_linear(*features, observations, options); });
  double best = -1;
  for (double const score : fits[0].lambda_scores) best = std::fmax(best, score);  // passes over NaN: not tried
  fmt::print("search of {} lambdas and final fit {:.3f} s, lambda {}, validation R2 {:.4f}\n", options.lambdas.size(),
             seconds, fits[0].lambda, best);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return shoal::bench::main_of(count, values, 5, "shoal_bench_pairwise LENGTH ROWS RATE LAMBDA THREADS", run);
}
