// SPDX-License-Identifier: MIT
// Three algorithms for one ridge regression, against one-hot algebra written here.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "surrogate/elimination.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Draw;
using test::eliminate;
using test::Letters;

// One-hot ridge as it is written down: every letter of every position and pair has a column, the constant one too.
Parameters one_hot_ridge(Letters const& table, std::vector<SitePair> const& pairs, kernels::RowRange rows,
                         Penalty penalty) {
  std::int64_t const letters = table.alphabet;
  std::int64_t const own = table.length * letters;
  std::int64_t const size = own + static_cast<std::int64_t>(pairs.size()) * letters * letters + 1;
  std::vector<std::vector<double>> normal(size, std::vector<double>(size, 0.0));
  std::vector<double> right(size, 0.0);
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    std::vector<std::int64_t> ones{size - 1};
    for (std::int64_t l = 0; l < table.length; ++l) {
      if (table.letter(row, l) != missing_letter) ones.push_back(l * letters + table.letter(row, l));
    }
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      std::int64_t const a = table.letter(row, pairs[p].first);
      std::int64_t const b = table.letter(row, pairs[p].second);
      if (a == missing_letter || b == missing_letter) continue;
      ones.push_back(own + static_cast<std::int64_t>(p) * letters * letters + a * letters + b);
    }
    double const weight = table.weights.empty() ? 1.0 : table.weights[row];
    for (std::int64_t const i : ones) {
      right[i] += weight * table.responses[row * table.tasks];
      for (std::int64_t const j : ones) normal[i][j] += weight;
    }
  }
  for (std::int64_t i = 0; i + 1 < size; ++i) normal[i][i] += i < own ? penalty.additive : penalty.pair;
  std::vector<double> const solution = eliminate(std::move(normal), std::move(right));
  return {table.length,    table.alphabet,
          solution.back(), {solution.begin(), solution.begin() + own},
          pairs,           {solution.begin() + own, solution.end() - 1}};
}

double largest_difference(std::vector<double> const& a, std::vector<double> const& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

struct Case {
  char const* name;
  Draw draw;
  FeatureOptions options;
  double pair_ratio = 1;
};

std::vector<Case> cases() {
  FeatureOptions const pairwise{Interactions::pairwise};
  FeatureOptions windows{Interactions::pairwise};
  windows.between = {{0, 2}, {3, 6}};
  return {{"additive", {}, {}},
          {"neighbour", {}, {Interactions::neighbour}},
          {"pairwise", {}, pairwise},
          {"pairwise_ratio", {}, pairwise, 2.5},
          {"near", {}, {Interactions::pairwise, 2}},
          {"windows", {}, windows, 0.3},
          {"missing", {.missing = 0.2}, pairwise, 1.5},
          {"constant", {.constant = 3, .weighted = true}, pairwise, 1.5},
          {"missing_and_constant", {.missing = 0.1, .constant = 2}, pairwise},
          {"missing_additive", {.missing = 0.3}, {}},
          {"weighted_additive", {.missing = 0.1, .constant = 4, .weighted = true}, {}},
          {"protein_additive", {.length = 5, .rows = 300, .alphabet = 20, .rate = 0.8, .weighted = true}, {}},
          {"few_rows", {.length = 7, .rows = 60}, pairwise, 2.0},
          {"protein", {.length = 3, .rows = 150, .alphabet = 20}, pairwise}};
}

class Solvers : public testing::TestWithParam<Case> {
 protected:
  Solvers()
      : table_(test::drawn_letters(GetParam().draw)),
        observations_(table_.observations()),
        backend_(device::Backend::cpu(1)),
        features_(*backend_, observations_, GetParam().options),
        problem_{features_, observations_, table_.split.train, GetParam().pair_ratio, 1e-13, 4000} {}

  Parameters solve(RidgeAlgorithm algorithm, double lambda) {
    std::vector<RidgeSide> const sides{{0, lambda}};
    RidgeSolutions const found = solve_ridge(algorithm, problem_, sides, {});
    EXPECT_TRUE(found.report.converged);
    return features_.parameters_of(found.constants[0], {found.coefficients.data(), features_.parameters(), 1, 1}, 0,
                                   problem_.penalty(lambda));
  }

  Letters table_;
  Observations observations_;
  std::unique_ptr<device::Backend> backend_;
  FeatureOperator features_;
  RidgeProblem problem_;
};

INSTANTIATE_TEST_SUITE_P(All, Solvers, testing::ValuesIn(cases()),
                         [](auto const& chosen) { return std::string(chosen.param.name); });

TEST_P(Solvers, AgreeWithOneHotRidge) {
  std::vector<SitePair> const pairs = GetParam().options.pairs(table_.length);
  for (double const lambda : {0.5, 20.0}) {
    Parameters const expected = one_hot_ridge(table_, pairs, table_.split.train, problem_.penalty(lambda));
    for (RidgeAlgorithm const algorithm :
         {RidgeAlgorithm::primal_cholesky, RidgeAlgorithm::conjugate_gradients, RidgeAlgorithm::dual_cholesky}) {
      Parameters const found = solve(algorithm, lambda);
      int const number = static_cast<int>(algorithm);
      EXPECT_NEAR(found.constant, expected.constant, 1e-10) << number;
      EXPECT_LT(largest_difference(found.additive, expected.additive), 1e-10) << number;
      EXPECT_LT(largest_difference(found.pair_effects, expected.pair_effects), 1e-10) << number;
    }
  }
}

// What minimising a one-hot ridge forces on its parameters for any data: sum_c th_lc = 0, and for every pair of
// positions lambda_pair * sum_c' th_{lc,l'c'} = lambda * th_lc.
TEST_P(Solvers, GaugeOfTheRidge) {
  if (GetParam().draw.missing > 0) return;
  double const lambda = 3;
  Parameters const found = solve(RidgeAlgorithm::conjugate_gradients, lambda);
  std::int64_t const letters = table_.alphabet;
  for (std::int64_t l = 0; l < table_.length; ++l) {
    double sum = 0;
    for (std::int64_t c = 0; c < letters; ++c) sum += found.additive[l * letters + c];
    EXPECT_NEAR(sum, 0.0, 1e-12);
  }
  for (std::size_t p = 0; p < found.pairs.size(); ++p) {
    double const* const effects = found.pair_effects.data() + static_cast<std::int64_t>(p) * letters * letters;
    for (std::int64_t c = 0; c < letters; ++c) {
      double first = 0;
      double second = 0;
      for (std::int64_t other = 0; other < letters; ++other) {
        first += effects[c * letters + other];
        second += effects[other * letters + c];
      }
      EXPECT_NEAR(GetParam().pair_ratio * first, found.additive[found.pairs[p].first * letters + c], 1e-12);
      EXPECT_NEAR(GetParam().pair_ratio * second, found.additive[found.pairs[p].second * letters + c], 1e-12);
    }
  }
}

TEST(LinearSolve, ManySidesAreThoseOneByOne) {
  Letters const table = test::drawn_letters({.length = 8, .rows = 400, .tasks = 3});
  Observations const observations = table.observations();
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {Interactions::pairwise});
  RidgeProblem const problem{features, observations, {0, 400}, 1.0, 1e-12, 2000};
  std::vector<RidgeSide> sides;
  for (std::int64_t task = 0; task < 3; ++task) {
    for (double const lambda : {1.0, 10.0, 100.0, 1000.0}) sides.push_back({task, lambda});
  }
  RidgeSolutions const together = solve_by_gradients(problem, sides, {});
  for (std::size_t number = 0; number < sides.size(); ++number) {
    RidgeSolutions const alone = solve_by_gradients(problem, std::span(sides).subspan(number, 1), {});
    EXPECT_NEAR(together.constants[number], alone.constants[0], 1e-11);
    for (std::int64_t i = 0; i < features.parameters(); ++i) {
      ASSERT_NEAR(together.coefficients[i * 12 + static_cast<std::int64_t>(number)], alone.coefficients[i], 1e-11);
    }
  }
  // A start at the solution ends at once.
  RidgeSolutions const again = solve_by_gradients(problem, sides, together.coefficients);
  EXPECT_LE(again.report.iterations, 1);
}

TEST(LinearSolve, TheRuleChoosesAnAlgorithm) {
  Letters const small = test::drawn_letters({.length = 8, .rows = 400});
  Letters const wide = test::drawn_letters({.length = 30, .rows = 400});
  auto const backend = device::Backend::cpu(1);
  auto const choice = [&](Letters const& table, FeatureOptions const& options, double lambda) {
    Observations const observations = table.observations();
    FeatureOperator const features(*backend, observations, options);
    RidgeProblem const problem{features, observations, table.split.train};
    std::vector<RidgeSide> const sides{{0, lambda}};
    return choose_algorithm(problem, sides, RidgeSolver::automatic).algorithm;
  };
  FeatureOptions const pairwise{Interactions::pairwise};
  EXPECT_EQ(choice(small, pairwise, 1), RidgeAlgorithm::primal_cholesky);
  EXPECT_EQ(choice(wide, {}, 1), RidgeAlgorithm::primal_cholesky);
  EXPECT_EQ(choice(wide, pairwise, 1), RidgeAlgorithm::dual_cholesky);
  EXPECT_EQ(choice(wide, pairwise, 0), RidgeAlgorithm::conjugate_gradients);
  EXPECT_EQ(choice(wide, {Interactions::pairwise, 20}, 1), RidgeAlgorithm::dual_cholesky);
  Letters const tall = test::drawn_letters({.length = 30, .rows = 4000});
  EXPECT_EQ(choice(tall, pairwise, 100), RidgeAlgorithm::conjugate_gradients);
}

TEST(LinearSolve, SingularWithoutPenaltyIsANamedError) {
  // Positions 0 and 1 always change together, so that their effects cannot be told apart.
  Letters table = test::drawn_letters({.length = 4, .rows = 300, .constant = 1});
  for (std::int64_t row = 0; row < table.rows; ++row) table.letters[row * 4 + 1] = table.letters[row * 4];
  Observations const observations = table.observations();
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {});
  RidgeProblem const problem{features, observations, {0, 300}};
  std::vector<RidgeSide> const sides{{0, 0.0}};
  for (RidgeAlgorithm const algorithm : {RidgeAlgorithm::primal_cholesky, RidgeAlgorithm::conjugate_gradients}) {
    try {
      (void)solve_ridge(algorithm, problem, sides, {});
      FAIL() << "no error from algorithm " << static_cast<int>(algorithm);
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::numeric);
      EXPECT_NE(std::string(error.what()).find("lambda"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace shoal::surrogate
