// SPDX-License-Identifier: MIT
// scikit-learn's Ridge and RidgeCV on the same designs (tests/data/surrogate/ridge_sklearn.py), on every backend.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/backends.hpp"
#include "surrogate/golden_cases.hpp"
#include "surrogate/tables.hpp"

namespace shoal::surrogate {
namespace {

struct GoldenFit {
  std::string selection;
  std::size_t task = 0;
  RidgeOptions options;
  double alpha = 0;
  double score = 0;
  double intercept = 0;
  std::vector<double> theta;
};

double real(std::string const& text) {
  return std::strtod(text.c_str(), nullptr);
}

GoldenFit read_fit(std::istringstream& line) {
  GoldenFit fit;
  std::string lambdas;
  std::string word;
  line >> fit.selection >> fit.task >> fit.options.folds >> lambdas;
  fit.options.selection = fit.selection == "loo" ? LambdaSelection::loo : LambdaSelection::kfold;
  fit.options.holdout = 0;
  fit.options.lambdas.clear();
  for (auto const piece : split(lambdas, ',')) fit.options.lambdas.push_back(*parse_real(piece));
  for (double* value : {&fit.alpha, &fit.score, &fit.intercept}) {
    line >> word;
    *value = real(word);
  }
  while (line >> word) fit.theta.push_back(real(word));
  return fit;
}

struct GoldenCase {
  std::string name;
  test::Table table;
  std::vector<GoldenFit> fits;

  void begin(std::istringstream& line) { line >> table.length >> table.rows >> table.tasks; }
  void add_fit(std::istringstream& line) { fits.push_back(read_fit(line)); }
  void add_row(std::string const& sequence, std::istringstream& line) {
    test::append_codes(sequence, table.codes);
    for (std::string word; line >> word;) table.scores.push_back(static_cast<float>(real(word)));
  }
};

class RidgeSklearn : public test::OnBackend {};

TEST_P(RidgeSklearn, SameChoiceAndCoefficients) {
  auto const cases = test::golden_cases<GoldenCase>("surrogate/ridge_sklearn.txt");
  ASSERT_EQ(cases.size(), 2u);
  for (GoldenCase const& golden : cases) {
    ASSERT_EQ(golden.fits.size(), 10u);
    for (GoldenFit const& expected : golden.fits) {
      SCOPED_TRACE(golden.name + " " + expected.selection + " task " + std::to_string(expected.task));
      AdditiveFit const found = test::fit(backend(), golden.table, expected.options)[expected.task];
      EXPECT_EQ(found.lambda, expected.alpha);
      EXPECT_NEAR(found.intercept, expected.intercept, 1e-8);
      ASSERT_EQ(found.theta.size(), expected.theta.size());
      for (std::size_t i = 0; i < found.theta.size(); ++i) EXPECT_NEAR(found.theta[i], expected.theta[i], 1e-8);
      if (expected.options.lambdas.size() > 1) {
        auto const best = static_cast<std::size_t>(
            std::find(expected.options.lambdas.begin(), expected.options.lambdas.end(), expected.alpha) -
            expected.options.lambdas.begin());
        EXPECT_NEAR(found.lambda_scores[best], expected.score, 1e-9);
      }
    }
  }
}

SHOAL_ON_EVERY_BACKEND(RidgeSklearn);

}  // namespace
}  // namespace shoal::surrogate
