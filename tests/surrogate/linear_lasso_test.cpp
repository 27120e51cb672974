// SPDX-License-Identifier: MIT
// Lasso, elastic net and k letters of the lasso's path against scikit-learn (tests/data/surrogate/lasso_sklearn.py).
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/data.hpp"
#include "surrogate/sparse/sparse_fit.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

// One fit of the golden file: its options, the constant, then the effects.
struct Golden {
  bool sparse = false;
  std::vector<double> options;
  double constant = 0;
  std::vector<double> effects;
};

struct GoldenFile {
  test::Letters table;
  std::vector<Golden> fits;
};

GoldenFile read_golden() {
  GoldenFile golden;
  golden.table.length = 16;
  std::ifstream file(test::data("surrogate/lasso_sklearn.tsv"));
  for (std::string line; std::getline(file, line);) {
    auto const fields = split(line, '\t');
    if (fields[0] == "row") {
      for (char const letter : fields[1]) {
        golden.table.letters.push_back(static_cast<std::uint8_t>(std::string_view("ACGT").find(letter)));
      }
      golden.table.responses.push_back(*parse_real(fields[2]));
      ++golden.table.rows;
    } else if (fields[0] == "net" || fields[0] == "sparse") {
      std::size_t const options = fields[0] == "net" ? 2 : 1;
      Golden fit{options == 1, {}, *parse_real(fields[1 + options]), {}};
      for (std::size_t i = 1; i <= options; ++i) fit.options.push_back(*parse_real(fields[i]));
      for (std::size_t i = 2 + options; i < fields.size(); ++i) fit.effects.push_back(*parse_real(fields[i]));
      golden.fits.push_back(fit);
    }
  }
  golden.table.split = {{0, golden.table.rows}, {}, {}};
  return golden;
}

TEST(Lasso, EqualsScikitLearn) {
  GoldenFile const golden = read_golden();
  ASSERT_EQ(golden.table.rows, 240);
  ASSERT_EQ(golden.fits.size(), 9u);
  kernels::RowRange const rows{0, golden.table.rows};
  for (Golden const& expected : golden.fits) {
    SparseFit const found =
        expected.sparse
            ? fit_sparse(golden.table.observations(), rows, 0, static_cast<std::int64_t>(expected.options[0]))
            : fit_elastic_net(golden.table.observations(), rows, 0,
                              {expected.options[0], expected.options[1], 1e-12, 1000000});
    EXPECT_TRUE(found.converged);
    ASSERT_EQ(expected.effects.size(), found.parameters.additive.size());
    EXPECT_NEAR(found.parameters.constant, expected.constant, 1e-6) << expected.options[0];
    for (std::size_t i = 0; i < expected.effects.size(); ++i) {
      ASSERT_NEAR(found.parameters.additive[i], expected.effects[i], 1e-6) << expected.options[0] << " letter " << i;
    }
  }
}

// At the minimum every effect's derivative is within alpha, and at its end where the effect is not 0.
TEST(Lasso, IsOptimalAtTheDefaultTolerance) {
  test::Letters table = test::drawn_letters({.length = 12, .rows = 500, .rate = 0.2, .missing = 0.1, .weighted = true});
  double const alpha = 0.02;
  SparseFit const found = fit_elastic_net(table.observations(), {0, 500}, 0, {alpha, 1.0, 1e-9, 100000});
  EXPECT_GT(found.nonzero, 3);
  double total = 0;
  std::vector<double> pulls(48, 0.0);
  for (std::int64_t row = 0; row < 500; ++row) {
    std::span<std::uint8_t const> const letters = std::span(table.letters).subspan(row * 12, 12);
    double const residual = table.weights[row] * (table.responses[row] - found.parameters.phi(letters));
    total += table.weights[row];
    for (std::int64_t l = 0; l < 12; ++l) {
      if (letters[l] != missing_letter) pulls[l * 4 + letters[l]] += residual;
    }
  }
  for (std::size_t i = 0; i < pulls.size(); ++i) {
    double const effect = found.parameters.additive[i];
    EXPECT_LE(std::abs(pulls[i]) / total, alpha + 1e-4);
    double const end = effect != 0 ? std::copysign(alpha, effect) : pulls[i] / total;
    EXPECT_NEAR(pulls[i] / total, end, 1e-4);
  }
}

// The primal objective less the dual one (Kim et al. 2007) of the augmented problem with rows (X, sqrt(l2) I) and
// responses (y, 0), at the residual scaled into the dual's feasible set; by rows, after two sweeps of many.
TEST(ElasticNet, TheGapIsPrimalLessDual) {
  for (double const l1_ratio : {1.0, 0.5, 0.1}) {
    test::Letters const table = test::drawn_letters({.length = 10, .rows = 300, .rate = 0.4, .weighted = true});
    double const alpha = 0.01;
    SparseFit const found = fit_elastic_net(table.observations(), {0, 300}, 0, {alpha, l1_ratio, 1e-14, 2});
    ASSERT_FALSE(found.converged);
    auto const& effects = found.parameters.additive;
    double total = 0, mean = 0;
    for (std::int64_t row = 0; row < 300; ++row) {
      total += table.weights[row];
      mean += table.weights[row] * table.responses[row];
    }
    mean /= total;
    double const l1 = alpha * l1_ratio * total, l2 = alpha * (1 - l1_ratio) * total;
    double squares = 0, residuals = 0, product = 0;
    std::vector<double> pulls(effects.size(), 0.0);
    for (std::int64_t row = 0; row < 300; ++row) {
      auto const letters = std::span(table.letters).subspan(row * 10, 10);
      double const centred = table.responses[row] - mean;
      double const residual = table.responses[row] - found.parameters.phi(letters);
      squares += table.weights[row] * centred * centred;
      residuals += table.weights[row] * residual * residual;
      product += table.weights[row] * centred * residual;
      for (std::size_t l = 0; l < 10; ++l) pulls[l * 4 + letters[l]] += table.weights[row] * residual;
    }
    double norm1 = 0, norm2 = 0, steepest = 0;
    for (std::size_t i = 0; i < effects.size(); ++i) {
      norm1 += std::abs(effects[i]);
      norm2 += effects[i] * effects[i];
      steepest = std::max(steepest, std::abs(pulls[i] - l2 * effects[i]));
    }
    double const scale = std::min(1.0, l1 / steepest);
    double const primal = 0.5 * residuals + l1 * norm1 + 0.5 * l2 * norm2;
    double const dual = scale * product - 0.5 * scale * scale * (residuals + l2 * norm2);
    EXPECT_LT(scale, 1.0);
    EXPECT_GT(found.gap, 1e-9);
    EXPECT_NEAR(found.gap, (primal - dual) / squares, 1e-12) << l1_ratio;
  }
}

TEST(Lasso, RefusesWhatItCannotDo) {
  test::Letters const table = test::drawn_letters({});
  kernels::RowRange const rows{0, table.rows};
  EXPECT_THROW((void)fit_elastic_net(table.observations(), rows, 0, {0.0}), Error);
  EXPECT_THROW((void)fit_elastic_net(table.observations(), rows, 0, {1.0, 1.5}), Error);
  EXPECT_THROW((void)fit_sparse(table.observations(), rows, 0, 0), Error);
  EXPECT_THROW((void)fit_sparse(table.observations(), rows, 0, 25), Error);
}

}  // namespace
}  // namespace shoal::surrogate
