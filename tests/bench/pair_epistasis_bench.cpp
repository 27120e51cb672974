// SPDX-License-Identifier: MIT
// shoal_bench_pair_epistasis THREADS LENGTH ROWS [SEED …]: pairwise global epistasis on libraries of known truth
// (surrogate/epistasis_truth.hpp, normal noise of 0.25). One line per seed: processor seconds of the features and of
// the fit, R² on the test rows, how far it stays below the noise ceiling, lambda, iterations and diagnostic.
#include <ctime>
#include <optional>

#include "bench/bench_program.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace {

using namespace shoal;
using namespace shoal::surrogate;

// Of all threads.
double processor_seconds_of(auto const& work) {
  std::clock_t const start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

int run(std::vector<std::string> const& arguments) {
  auto const backend = device::Backend::cpu(std::stoi(arguments[0]));
  std::vector<std::string> seeds(arguments.begin() + 3, arguments.end());
  if (seeds.empty()) seeds.push_back("1");
  for (std::string const& seed : seeds) {
    test::Truth const truth = test::drawn_truth({.length = std::stoll(arguments[1]),
                                                 .rows = std::stoll(arguments[2]),
                                                 .pairwise = true,
                                                 .seed = static_cast<unsigned>(std::stoul(seed))});
    Observations const observations = truth.observations();
    std::optional<FeatureOperator> features;
    double const lists = processor_seconds_of([&] {
      features.emplace(*backend, observations, FeatureOptions{Interactions::pairwise, 0, std::nullopt});
    });
    GlobalEpistasisFit fit;
    double const seconds = processor_seconds_of([&] { fit = fit_global_epistasis(*features, observations, 0, {}); });
    std::vector<double> predicted = phi_of(fit.parameters, observations.letters, 1);
    for (double& value : predicted) value = fit.noise.mean(fit.curve(value));
    kernels::RowRange const test = observations.split.test;
    fmt::print(
        "L {} N {} seed {}: features {:.2f} s, fit {:.2f} s, R2 {:.5f}, below the ceiling {:.5f}, lambda {:.4g}, "
        "{} iterations [{}]\n",
        truth.length, truth.rows(), seed, lists, seconds, test::score(truth, test, predicted),
        test::shortfall(truth, test, predicted), fit.lambda, fit.iterations, fit.diagnostic);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  return shoal::bench::main_of(count, values, 3, "shoal_bench_pair_epistasis THREADS LENGTH ROWS [SEED …]", run);
}
