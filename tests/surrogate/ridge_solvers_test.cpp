// SPDX-License-Identifier: MIT
// The three solvers of a pairwise ridge beside scikit-learn (tests/data/surrogate/pairwise_sklearn.py) and beside each
// other, on every backend: to 1e-8 of the largest parameter.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/backends.hpp"
#include "surrogate/golden_cases.hpp"
#include "surrogate/ridge/linear_fit.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Letters;

constexpr RidgeSolver every_solver[] = {RidgeSolver::primal, RidgeSolver::dual, RidgeSolver::gradients};

struct GoldenFit {
  double lambda = 0;
  double intercept = 0;
  std::vector<double> effects;  // letters, then pairs
};

struct GoldenCase {
  std::string name;
  Letters table;
  FeatureOptions features{Interactions::pairwise, 0, std::nullopt};
  double pair_ratio = 1;
  std::vector<GoldenFit> fits;

  void begin(std::istringstream& line) {
    line >> table.length >> table.rows >> features.maximum_distance >> pair_ratio;
    table.split = {{0, table.rows}, {table.rows, table.rows}, {table.rows, table.rows}};
  }
  void add_fit(std::istringstream& line) {
    GoldenFit fit;
    line >> fit.lambda >> fit.intercept;
    for (double value = 0; line >> value;) fit.effects.push_back(value);
    fits.push_back(fit);
  }
  void add_row(std::string const& sequence, std::istringstream& line) {
    for (char const letter : sequence) {
      std::size_t const code = std::string_view("ACGT").find(letter);
      table.letters.push_back(code == std::string_view::npos ? missing_letter : static_cast<std::uint8_t>(code));
    }
    double response = 0;
    double weight = 0;
    line >> response >> weight;
    table.responses.push_back(response);
    table.weights.push_back(weight);
  }
};

// Constant, letters, pairs.
std::vector<double> flat(Parameters const& parameters) {
  std::vector<double> all{parameters.constant};
  all.insert(all.end(), parameters.additive.begin(), parameters.additive.end());
  all.insert(all.end(), parameters.pair_effects.begin(), parameters.pair_effects.end());
  return all;
}

// The largest difference as a share of the largest parameter.
double apart(std::vector<double> const& found, std::vector<double> const& expected) {
  EXPECT_EQ(found.size(), expected.size());
  double largest = 0;
  double difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    difference = std::max(difference, std::abs(found[i] - expected[i]));
  }
  return difference / largest;
}

class RidgeSolvers : public test::OnBackend {
 protected:
  std::vector<double> solve(FeatureOperator const& features, Letters const& table, double ratio, double lambda,
                            RidgeSolver solver) const {
    Observations const observations = table.observations();
    RidgeProblem const problem{features, observations, table.split.train, ratio, 1e-12, 4000};
    std::vector<RidgeSide> const sides{{0, lambda}};
    RidgeSolutions const found = solve_ridge(choose_algorithm(problem, sides, solver).algorithm, problem, sides, {});
    EXPECT_TRUE(found.report.converged);
    return flat(features.parameters_of(found.constants[0], {found.coefficients.data(), features.parameters(), 1, 1}, 0,
                                       problem.penalty(lambda)));
  }
};

TEST_P(RidgeSolvers, AreThoseOfScikitLearn) {
  auto const cases = test::golden_cases<GoldenCase>("surrogate/pairwise_sklearn.txt");
  ASSERT_EQ(cases.size(), 4U);
  for (GoldenCase const& golden : cases) {
    FeatureOperator const features(backend(), golden.table.observations(), golden.features);
    ASSERT_EQ(golden.fits.size(), 3U);
    for (GoldenFit const& fit : golden.fits) {
      std::vector<double> expected{fit.intercept};
      expected.insert(expected.end(), fit.effects.begin(), fit.effects.end());
      for (RidgeSolver const solver : every_solver) {
        EXPECT_LT(apart(solve(features, golden.table, golden.pair_ratio, fit.lambda, solver), expected), 1e-8)
            << golden.name << " " << fit.lambda << " " << to_string(solver);
      }
    }
  }
}

// Larger than one tile of the factor, sparse and dense Gram matrices, and hardly any penalty: on a device some more, as
// an emulated one takes long for many steps.
TEST_P(RidgeSolvers, AgreeOnALargerLibrary) {
  double const least = GetParam() == device::BackendKind::cpu ? 1e-3 : 1.0;
  for (double const rate : {0.1, 0.75}) {
    Letters const table = test::drawn_letters({.length = 18, .rows = 900, .rate = rate, .weighted = true, .seed = 3});
    FeatureOperator const features(backend(), table.observations(), {Interactions::pairwise, 0, std::nullopt});
    for (double const lambda : {least, 10.0}) {
      std::vector<double> const dual = solve(features, table, 1.5, lambda, RidgeSolver::dual);
      for (RidgeSolver const solver : {RidgeSolver::primal, RidgeSolver::gradients}) {
        EXPECT_LT(apart(solve(features, table, 1.5, lambda, solver), dual), 1e-8) << rate << " " << to_string(solver);
      }
    }
  }
}

TEST_P(RidgeSolvers, ANamedSolverFitsAndSaysSo) {
  Letters table = test::drawn_letters({.length = 15, .rows = 400, .tasks = 2, .seed = 5});
  FeatureOperator const features(backend(), table.observations(), {Interactions::pairwise, 0, std::nullopt});
  LinearOptions options;
  options.features.interactions = Interactions::pairwise;
  options.lambdas = {3, 30};
  options.tolerance = 1e-12;
  std::vector<std::string> const algorithms = {"primal Cholesky", "dual Cholesky", "conjugate gradients"};
  std::vector<double> first;
  for (std::size_t i = 0; i < 3; ++i) {
    options.solver = every_solver[i];
    std::vector<LinearFit> const fits = fit_linear(features, table.observations(), options);
    EXPECT_EQ(fits[0].report.algorithm, algorithms[i]);
    EXPECT_EQ(fits[0].report.reason, "--solver " + std::string(to_string(every_solver[i])));
    std::vector<double> both = flat(fits[0].parameters);
    std::vector<double> const second = flat(fits[1].parameters);
    both.insert(both.end(), second.begin(), second.end());
    if (first.empty()) first = both;
    EXPECT_LT(apart(both, first), 1e-8) << algorithms[i];
  }
}

SHOAL_ON_EVERY_BACKEND(RidgeSolvers);

TEST(RidgeSolver, RefusesWhatCannotBe) {
  Letters const table = test::drawn_letters({.length = 300, .rows = 50, .seed = 6});
  auto const backend = device::Backend::cpu(1);
  Observations const observations = table.observations();
  FeatureOperator const features(*backend, observations, {Interactions::pairwise, 0, std::nullopt});
  RidgeProblem const problem{features, observations, {0, 50}};
  auto const refusal = [&](double lambda, RidgeSolver solver) {
    std::vector<RidgeSide> const sides{{0, lambda}};
    try {
      (void)choose_algorithm(problem, sides, solver);
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::config);
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_NE(refusal(1, RidgeSolver::primal).find("parameters need"), std::string::npos);
  EXPECT_NE(refusal(0, RidgeSolver::dual).find("lambdas above 0"), std::string::npos);
  EXPECT_EQ(refusal(1, RidgeSolver::dual), "none");
  EXPECT_EQ(refusal(0, RidgeSolver::gradients), "none");
  EXPECT_THROW(parse_ridge_solver("fast"), Error);
  for (RidgeSolver const solver : every_solver) EXPECT_EQ(parse_ridge_solver(to_string(solver)), solver);
}

}  // namespace
}  // namespace shoal::surrogate
