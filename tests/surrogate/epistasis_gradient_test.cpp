// SPDX-License-Identifier: MIT
// Derivatives of curves and of the objective beside finite differences, the Gauss-Newton matrix beside its definition,
// and curves fitted to known ones.
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "surrogate/epistasis/curve_fit.hpp"
#include "surrogate/epistasis/gauss_newton.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace shoal::surrogate {
namespace {

CurveShape shape_of(CurveKind kind) {
  CurveShape shape;
  shape.kind = kind;
  shape.sigmoids = kind == CurveKind::sigmoids ? 2 : 0;
  if (kind == CurveKind::spline) shape.knots = {-1.5, -0.5, 0.1, 0.8, 1.7};
  return shape;
}

std::vector<double> parameters_of(CurveShape const& shape, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0, 0.4);
  std::vector<double> parameters = shape.prior();
  for (double& value : parameters) value += normal(generator);
  return parameters;
}

class CurveShapes : public testing::TestWithParam<CurveKind> {};

TEST_P(CurveShapes, JacobiansAsFiniteDifferences) {
  CurveShape const shape = shape_of(GetParam());
  std::vector<double> const parameters = parameters_of(shape, 4);
  ResponseCurve const curve = shape.curve(parameters);
  std::vector<double> values(shape.size()), slopes(shape.size());
  double const step = 1e-6;
  for (double const phi : {-3.0, -1.1, -0.2, 0.4, 1.2, 2.5}) {
    auto const point = CurveAt(shape, parameters).with_jacobians(phi, values.data(), slopes.data());
    EXPECT_NEAR(point.value, curve(phi), 1e-12);
    EXPECT_NEAR(point.slope, curve.derivative(phi), 1e-12);
    EXPECT_NEAR(point.slope, (curve(phi + step) - curve(phi - step)) / (2 * step), 1e-8);
    EXPECT_NEAR(point.curvature, (curve.derivative(phi + step) - curve.derivative(phi - step)) / (2 * step), 1e-7);
    EXPECT_NEAR(CurveAt(shape, parameters)(phi).value, curve(phi), 1e-12);
    EXPECT_GT(point.slope, 0);
    for (std::size_t p = 0; p < shape.size(); ++p) {
      std::vector<double> up = parameters, down = parameters;
      up[p] += step;
      down[p] -= step;
      ResponseCurve const above = shape.curve(up), below = shape.curve(down);
      EXPECT_NEAR(values[p], (above(phi) - below(phi)) / (2 * step), 1e-8) << p;
      EXPECT_NEAR(slopes[p], (above.derivative(phi) - below.derivative(phi)) / (2 * step), 1e-7) << p;
    }
  }
}

TEST(CurveShape, ThePriorOfASplineAndTheIdentityAreLines) {
  for (auto const kind : {CurveKind::identity, CurveKind::spline}) {
    CurveShape const shape = shape_of(kind);
    ResponseCurve const curve = shape.curve(shape.prior());
    for (double const phi : {-4.0, -1.0, 0.3, 3.0}) EXPECT_NEAR(curve(phi), phi, 1e-12);
  }
}

struct Problem {
  explicit Problem(CurveKind kind)
      : truth(test::drawn_truth({.length = 12, .rows = 300, .rate = 0.3})),
        backend(device::Backend::cpu(1)),
        observations(truth.observations()),
        features(*backend, observations, {Interactions::neighbour, 0, std::nullopt}),
        shape(shape_of(kind)) {
    rows.features = &features;
    rows.range = {10, 240};
    std::mt19937 generator(2);
    std::uniform_real_distribution<double> uniform(0.5, 1.5);
    for (std::int64_t row = 10; row < 240; ++row) {
      rows.responses.push_back(truth.responses[static_cast<std::size_t>(row)]);
      rows.weights.push_back(uniform(generator));
    }
    std::normal_distribution<double> normal(0, 0.2);
    for (std::int64_t i = 0; i < features.parameters(); ++i) coefficients.push_back(normal(generator));
    curve = parameters_of(shape, 6);
  }
  test::Truth truth;
  std::unique_ptr<device::Backend> backend;
  Observations observations;
  FeatureOperator features;
  CurveShape shape;
  LatentRows rows;
  LatentPenalty penalty{{3, 7}, 0.2};
  std::vector<double> coefficients;
  std::vector<double> curve;
};

TEST_P(CurveShapes, TheObjectivesGradientAsFiniteDifferences) {
  Problem const given(GetParam());
  LatentProblem const problem(given.rows, given.shape, given.penalty);
  auto const objective = [&](std::vector<double> const& coefficients, std::vector<double> const& curve) {
    return problem.objective(coefficients, curve, problem.phi(coefficients));
  };
  LinearisedLatent const at = problem.linearised(given.coefficients, given.curve, problem.phi(given.coefficients));
  double const step = 1e-5;
  for (std::size_t i = 0; i < given.coefficients.size(); i += 7) {
    std::vector<double> up = given.coefficients, down = given.coefficients;
    up[i] += step;
    down[i] -= step;
    double const slope = (objective(up, given.curve) - objective(down, given.curve)) / (2 * step);
    EXPECT_NEAR(-2 * at.coefficient_side[i], slope, 1e-5 * (1 + std::abs(slope)));
  }
  for (std::size_t p = 0; p < given.curve.size(); ++p) {
    std::vector<double> up = given.curve, down = given.curve;
    up[p] += step;
    down[p] -= step;
    double const slope = (objective(given.coefficients, up) - objective(given.coefficients, down)) / (2 * step);
    EXPECT_NEAR(-2 * at.curve_side[p], slope, 1e-5 * (1 + std::abs(slope)));
  }
}

// a^T H b = b^T H a, through the blocks that a step uses.
TEST_P(CurveShapes, TheGaussNewtonMatrixIsSymmetric) {
  Problem const given(GetParam());
  LatentProblem const problem(given.rows, given.shape, given.penalty);
  LinearisedLatent const at = problem.linearised(given.coefficients, given.curve, problem.phi(given.coefficients));
  std::vector<double> const& a = given.coefficients;
  std::vector<double> const& b = at.coefficient_side;
  std::vector<double> const none(given.curve.size(), 0.0);
  std::vector<double> const zeros(a.size(), 0.0);
  auto const dot = [](auto const& x, auto const& y) { return std::inner_product(x.begin(), x.end(), y.begin(), 0.0); };
  auto const rows_at = [&](std::vector<double> const& direction, std::vector<double> const& curve) {
    std::vector<double> result;
    problem.coefficient_rows(at, direction, problem.scale_sums(at, direction), problem.phi(direction), curve, result);
    return result;
  };
  double const ab = dot(a, rows_at(b, none));
  double const ba = dot(b, rows_at(a, none));
  EXPECT_NEAR(ab, ba, 1e-10 * std::abs(ab));
  double const upper = -dot(a, rows_at(zeros, given.curve));
  double const lower = dot(given.curve, problem.curve_rows(at, problem.scale_sums(at, a), problem.phi(a)));
  EXPECT_NEAR(upper, lower, 1e-10 * (1 + std::abs(upper)));
}

TEST_P(CurveShapes, AFitEndsWhereTheGradientVanishes) {
  Problem const given(GetParam());
  LatentFit start;
  start.coefficients = given.coefficients;
  start.curve = given.curve;
  LatentFit const fit = fit_latent(given.rows, given.shape, given.penalty, start, {300, 1e-10, 1e-6, 500});
  EXPECT_TRUE(fit.converged);
  LatentProblem const problem(given.rows, given.shape, given.penalty);
  LinearisedLatent const before = problem.linearised(given.coefficients, given.curve, problem.phi(given.coefficients));
  LinearisedLatent const after = problem.linearised(fit.coefficients, fit.curve, problem.phi(fit.coefficients));
  auto const norm = [](std::vector<double> const& x) {
    return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
  };
  EXPECT_LT(norm(after.coefficient_side), 1e-3 * norm(before.coefficient_side));
  EXPECT_LT(norm(after.curve_side), 1e-3 * norm(before.curve_side));
  EXPECT_NEAR(fit.objective, problem.objective(fit.coefficients, fit.curve, problem.phi(fit.coefficients)), 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CurveShapes,
                         testing::Values(CurveKind::identity, CurveKind::sigmoids, CurveKind::spline),
                         [](auto const& kind) { return std::string(to_string(kind.param)); });

TEST(CurveFit, FindsACurveFromEveryStart) {
  CurveShape shape;
  shape.kind = CurveKind::sigmoids;
  shape.sigmoids = 2;
  CurveData data;
  for (int i = 0; i < 200; ++i) {
    double const phi = -3 + 0.03 * i;
    data.phi.push_back(phi);
    data.responses.push_back(std::tanh(1.5 * phi - 0.7));
    data.weights.push_back(20);
  }
  int found = 0;
  for (auto const& start : curve_starts(shape, 1.0)) {
    CurveFit const fit = fit_curve(shape, data, 1e-4, start);
    ResponseCurve const curve = shape.curve(fit.parameters);
    double worst = 0;
    for (std::size_t i = 0; i < data.phi.size(); ++i) {
      worst = std::max(worst, std::abs(curve(data.phi[i]) - data.responses[i]));
    }
    found += worst < 0.02 ? 1 : 0;
  }
  EXPECT_GE(found, 2);
}

TEST(CurveFit, GroupsKeepSumsAndOrder) {
  std::vector<double> const phi = {3, 1, 2, 5, 4};
  std::vector<double> const responses = {30, 10, 20, 50, 40};
  std::vector<double> const weights = {1, 2, 1, 1, 1};
  CurveData const data = grouped_by_phi(phi, responses, weights, 2);
  ASSERT_EQ(data.phi.size(), 2u);
  EXPECT_NEAR(data.phi[0], (2 * 1 + 2) / 3.0, 1e-15);
  EXPECT_NEAR(data.responses[1], 40, 1e-13);
  EXPECT_EQ(data.weights[0], 3);
  EXPECT_EQ(grouped_by_phi(phi, responses, {}, 256).phi.size(), 5u);
}

}  // namespace
}  // namespace shoal::surrogate
