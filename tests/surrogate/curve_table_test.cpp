// SPDX-License-Identifier: MIT
// Curves of many sigmoids from a table beside the curve itself, row by row.
#include "surrogate/epistasis/curve_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "surrogate/epistasis/latent_problem.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace shoal::surrogate {
namespace {

constexpr std::size_t row_count = 900;

struct Curve {
  Curve() {
    shape.kind = CurveKind::sigmoids;
    shape.sigmoids = 12;
    std::mt19937 generator(3);
    std::normal_distribution<double> normal;
    parameters = shape.prior();
    for (double& value : parameters) value += 0.4 * normal(generator);
    for (std::size_t row = 0; row < row_count; ++row) {
      phi.push_back(normal(generator));
      values.push_back(normal(generator));
      weights.push_back(std::abs(normal(generator)));
    }
  }
  // [rows, parameters], of the value or of the slope.
  std::vector<double> jacobian(bool of_slope) const {
    std::vector<double> of_values(phi.size() * shape.size()), of_slopes(of_values.size());
    for (std::size_t row = 0; row < phi.size(); ++row) {
      CurveAt(shape, parameters)
          .with_jacobians(phi[row], of_values.data() + row * shape.size(), of_slopes.data() + row * shape.size());
    }
    return of_slope ? of_slopes : of_values;
  }
  CurveShape shape;
  std::vector<double> parameters;
  std::vector<double> phi, values, weights;
};

TEST(CurveTable, ValuesAndSlopesAreTheCurves) {
  Curve const given;
  CurveTable const table(given.shape, given.parameters, given.phi);
  ResponseCurve const curve = given.shape.curve(given.parameters);
  for (double const phi : given.phi) {
    CurveAt::Point const point = table.at(table.place(phi));
    EXPECT_NEAR(point.value, curve(phi), 2e-8);
    EXPECT_NEAR(point.slope, curve.derivative(phi), 2e-7);
    double const curvature = (curve.derivative(phi + 1e-5) - curve.derivative(phi - 1e-5)) / 2e-5;
    EXPECT_NEAR(point.curvature, curvature, 2e-3);
  }
}

TEST(CurveTable, OnePhiForAllRows) {
  Curve const given;
  std::vector<double> const phi(5, 0.7);
  CurveTable const table(given.shape, given.parameters, phi);
  EXPECT_NEAR(table.at(table.place(0.7)).value, given.shape.curve(given.parameters)(0.7), 1e-12);
}

TEST(CurveTable, SumsOverRowsAreThoseOfTheJacobian) {
  Curve const given;
  CurveTable const table(given.shape, given.parameters, given.phi);
  std::vector<CurveTable::Place> places;
  for (double const phi : given.phi) places.push_back(table.place(phi));
  TabulatedJacobian const tabulated(table.value_jacobian(), places);
  auto const exact = given.jacobian(false);
  auto const slopes = given.jacobian(true);
  std::size_t const size = given.shape.size();
  auto const gram = tabulated.gram(given.weights);
  auto const transposed = tabulated.transposed(given.values);
  auto const of_slopes = table_transposed(table.slope_jacobian(), tabulated.on_nodes(given.values));
  for (std::size_t p = 0; p < size; ++p) {
    double side = 0, slope_side = 0;
    for (std::size_t row = 0; row < row_count; ++row) {
      side += exact[row * size + p] * given.values[row];
      slope_side += slopes[row * size + p] * given.values[row];
    }
    EXPECT_NEAR(transposed[p], side, 2e-3);
    EXPECT_NEAR(of_slopes[p], slope_side, 2e-3);
    for (std::size_t q = 0; q < size; ++q) {
      double sum = 0;
      for (std::size_t row = 0; row < row_count; ++row) {
        sum += given.weights[row] * exact[row * size + p] * exact[row * size + q];
      }
      EXPECT_NEAR(gram[p * size + q], sum, 2e-3 + 1e-4 * std::abs(sum));
    }
  }
  std::vector<double> const step(given.parameters);
  auto const product = tabulated.product(step);
  for (std::size_t row = 0; row < row_count; ++row) {
    double sum = 0;
    for (std::size_t p = 0; p < size; ++p) sum += exact[row * size + p] * step[p];
    EXPECT_NEAR(tabulated.between(product, row), sum, 1e-3);
  }
}

TEST(CurveTable, TheObjectivesGradientAsFiniteDifferencesAndForAnyNumberOfThreads) {
  test::Truth const truth = test::drawn_truth({.length = 12, .rows = 1500, .rate = 0.3});
  Curve const given;
  Observations const observations = truth.observations();
  auto const one = device::Backend::cpu(1);
  auto const two = device::Backend::cpu(2);
  FeatureOperator const features(*one, observations, {});
  FeatureOperator const shared(*two, observations, {});
  LatentRows rows{&features, {0, 1200}, {}, {}};
  rows.responses.assign(truth.responses.begin(), truth.responses.begin() + 1200);
  for (std::size_t row = 0; row < 1200; ++row) rows.weights.push_back(0.5 + given.weights[row % row_count]);
  std::vector<double> const coefficients(static_cast<std::size_t>(features.parameters()), 0.3);
  LatentPenalty const penalty{{3, 7}, 0.2};
  LatentProblem const problem(rows, given.shape, penalty);
  auto const phi = problem.phi(coefficients);
  LinearisedLatent const at = problem.linearised(coefficients, given.parameters, phi);
  EXPECT_FALSE(at.tabulated.empty());
  for (std::size_t p = 0; p < given.shape.size(); ++p) {
    auto up = given.parameters, down = given.parameters;
    up[p] += 1e-5;
    down[p] -= 1e-5;
    double const slope = (problem.objective(coefficients, up, phi) - problem.objective(coefficients, down, phi)) / 2e-5;
    EXPECT_NEAR(-2 * at.curve_side[p], slope, 2e-3 * (1 + std::abs(slope))) << p;
  }
  LatentRows again = rows;
  again.features = &shared;
  LinearisedLatent const other =
      LatentProblem(again, given.shape, penalty).linearised(coefficients, given.parameters, phi);
  EXPECT_EQ(at.curve_matrix, other.curve_matrix);
  EXPECT_EQ(at.coefficient_side, other.coefficient_side);
}

}  // namespace
}  // namespace shoal::surrogate
