// SPDX-License-Identifier: MIT
// Additive ridge whose numbers stay on the backend, beside the one that factorises for the host.
#include "surrogate/resident/resident_ridge.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/backends.hpp"
#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/resident/krylov_path.hpp"
#include "surrogate/ridge/lambda_scores.hpp"
#include "surrogate/ridge/ridge_solve.hpp"
#include "surrogate/row_blocks.hpp"
#include "surrogate/tables.hpp"

namespace shoal::surrogate {
namespace {

constexpr std::int32_t length = 30;

class ResidentRidgeTest : public test::OnBackend {
 protected:
  // Two tasks, of which nine tenths of the rows are in `folds` blocks.
  void draw(std::int64_t rows, int folds) {
    table_ = test::drawn_table(length, rows, 2, 0.1, 5);
    library_.emplace(library::explicit_library(backend(), table_.codes, rows, length));
    scores_ = device::Buffer<float>(backend(), std::span<float const>(table_.scores));
    responses_.assign(table_.scores.begin(), table_.scores.end());
    design_.emplace(backend(), library_->view(), scores_.data(),
                    kernels::MatrixView<double const>{responses_.data(), rows, 2, 2},
                    contiguous_blocks(rows * 9 / 10, folds));
  }
  ContrastDesign const& design() const { return *design_; }
  // The column of one task in a range of rows.
  Column observed(kernels::RowRange rows, std::int64_t task) const {
    return {responses_.data() + 2 * rows.begin + task, rows.size(), 2};
  }

 private:
  test::Table table_;
  std::optional<library::Library> library_;
  device::Buffer<float> scores_;
  std::vector<double> responses_;
  std::optional<ContrastDesign> design_;
};

TEST_P(ResidentRidgeTest, FoldsScoreAsWithFactors) {
  draw(1500, 5);
  std::vector<double> const lambdas = {0.001, 1, 10, 100, 1000};
  auto const found = resident_kfold_scores(design(), lambdas);
  auto const expected = kfold_scores(design(), lambdas);
  ASSERT_TRUE(found.has_value());
  for (std::size_t task = 0; task < 2; ++task) {
    for (std::size_t i = 0; i < lambdas.size(); ++i) EXPECT_NEAR((*found)[task][i], expected[task][i], 1e-9) << i;
  }
}

TEST_P(ResidentRidgeTest, PenaltiesOfZeroAreLeftToFactors) {
  draw(1500, 3);
  EXPECT_TRUE(resident_kfold_scores(design(), {1.0, 2.0}).has_value());
  EXPECT_FALSE(resident_kfold_scores(design(), {1.0, 0.0}).has_value());
}

TEST_P(ResidentRidgeTest, FinalFitsAreThoseOfFactors) {
  draw(600, 1);
  std::vector<double> const lambdas = {2.0, 50.0};
  auto const found = resident_fits(design(), lambdas);
  kernels::RowRange const train{0, 540}, test{540, 600};
  for (std::size_t task = 0; task < 2; ++task) {
    FullFit const expected = solve_full(design(), lambdas[task]);
    ContrastFit const& fit = expected.fits[task];
    EXPECT_NEAR(found[task].degrees_of_freedom, expected.degrees_of_freedom, 1e-9);
    EXPECT_NEAR(found[task].fit.offset, fit.offset, 1e-11);
    for (std::size_t i = 0; i < fit.coefficients.size(); ++i) {
      ASSERT_NEAR(found[task].fit.coefficients[i], fit.coefficients[i], 1e-11);
    }
    auto const number = static_cast<std::int64_t>(task);
    auto const predictions = design().predict({0, 600}, {fit});
    Column const of_train{predictions.data(), 540, 1}, of_test{predictions.data() + 540, 60, 1};
    EXPECT_NEAR(r_squared(found[task].train_residual_squares, deviation_squares(observed(train, number))),
                r_squared(observed(train, number), of_train), 1e-11);
    double const total = deviation_squares(observed(test, number));
    EXPECT_NEAR(r_squared(found[task].test_residual_squares, total), r_squared(observed(test, number), of_test), 1e-11);
    EXPECT_NEAR(pearson_squared(found[task].test_together, total, found[task].test_predicted_squares),
                pearson_squared(observed(test, number), of_test), 1e-11);
  }
}

TEST_P(ResidentRidgeTest, OneLambdaForTasksApartAndOneBetweenThem) {
  draw(400, 1);
  auto const both = resident_fits(design(), {7.0, 7.0});
  auto const mixed = resident_fits(design(), {7.0, 9.0});
  for (std::size_t i = 0; i < both[0].fit.coefficients.size(); ++i) {
    EXPECT_NEAR(both[0].fit.coefficients[i], mixed[0].fit.coefficients[i], 1e-12);
  }
  EXPECT_EQ(both[0].degrees_of_freedom, both[1].degrees_of_freedom);
  EXPECT_GT(both[1].degrees_of_freedom, mixed[1].degrees_of_freedom);
}

TEST_P(ResidentRidgeTest, ASingularDesignIsRefused) {
  draw(60, 1);
  try {
    resident_fits(design(), {0.0, 1.0});
    FAIL() << "a singular matrix was factorised";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::numeric);
  }
}

SHOAL_ON_EVERY_BACKEND(ResidentRidgeTest);

TEST(KrylovPath, WeightsSolveTheTridiagonalSystem) {
  // [[2, 1], [1, 3]] + 1 = [[3, 1], [1, 4]]; (12, 0) gives (48, -12) / 11. What stands below is tiny.
  std::vector<double> const projected = {2, 1, 3, 1e-13};
  auto const found = krylov_weights(projected, 100, 12, 1);
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR((*found)[0], 48.0 / 11, 1e-14);
  EXPECT_NEAR((*found)[1], -12.0 / 11, 1e-14);
  EXPECT_FALSE(krylov_weights(std::vector<double>{2, 1, 3, 1e-3}, 100, 12, 1).has_value());
  EXPECT_TRUE(krylov_weights(std::vector<double>{2, 1, 3, 1e-3}, 2, 12, 1).has_value());
  EXPECT_FALSE(krylov_weights(std::vector<double>{-2, 1, 3, 0}, 100, 12, 1).has_value());
  // A space that one step completes, and a right-hand side of 0.
  EXPECT_EQ(krylov_weights(std::vector<double>{2, 0, 7, 7}, 100, 12, 1), (std::vector<double>{4, 0}));
  EXPECT_EQ(krylov_weights(std::vector<double>{0, 0, 0, 0}, 100, 0, 0), (std::vector<double>{0, 0}));
}

TEST(KrylovPath, StepsGrowWithTheSpread) {
  EXPECT_EQ(expected_krylov_steps(5, 5, 1), 1);
  EXPECT_NEAR(expected_krylov_steps(0, 3, 1), std::log(2e11) / std::log(3), 1e-9);
}

}  // namespace
}  // namespace shoal::surrogate
