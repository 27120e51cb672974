// SPDX-License-Identifier: MIT
// Quasi-Newton fits of coefficients and curve: gradients beside finite differences, curves with a ridge on their
// slopes, and where the fits end beside Gauss-Newton.
#include "surrogate/epistasis/latent_descent.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "surrogate/epistasis/curve_fit.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace shoal::surrogate {
namespace {

using Vector = std::vector<double>;

CurveShape sigmoids(int count) {
  CurveShape shape;
  shape.kind = CurveKind::sigmoids;
  shape.sigmoids = count;
  return shape;
}

double dot(Vector const& a, Vector const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

struct Problem {
  explicit Problem(Interactions interactions)
      : truth(test::drawn_truth({.length = 10, .rows = 800, .pairwise = true, .rate = 0.3})),
        backend(device::Backend::cpu(1)),
        observations(truth.observations()),
        features(*backend, observations, {interactions, 0, std::nullopt}) {
    rows.features = &features;
    rows.range = {0, 700};
    std::mt19937 generator(2);
    std::uniform_real_distribution<double> uniform(0.5, 1.5);
    for (std::int64_t row = 0; row < 700; ++row) {
      rows.responses.push_back(truth.responses[static_cast<std::size_t>(row)]);
      rows.weights.push_back(uniform(generator));
    }
    std::normal_distribution<double> normal(0, 0.2);
    for (std::int64_t i = 0; i < features.parameters(); ++i) start.coefficients.push_back(normal(generator));
  }
  test::Truth truth;
  std::unique_ptr<device::Backend> backend;
  Observations observations;
  FeatureOperator features;
  LatentRows rows;
  LatentPenalty penalty{{3, 7}, 0.5};
  LatentFit start;
};

TEST(LatentDescent, ForcesAreTheGradientByPhi) {
  Problem given(Interactions::pairwise);
  // Twelve sigmoids are read from a table.
  for (int const count : {2, 12}) {
    CurveShape const shape = sigmoids(count);
    Vector const curve = shape.prior();
    LatentProblem const problem(given.rows, shape, given.penalty);
    Vector const phi = problem.phi(given.start.coefficients);
    Vector const penalised = problem.penalised(given.start.coefficients);
    double const ridge = dot(given.start.coefficients, penalised);
    EXPECT_NEAR(problem.level(ridge, curve, phi).objective, problem.objective(given.start.coefficients, curve, phi),
                1e-9);
    auto const forces = problem.forces(ridge, curve, phi);
    EXPECT_NEAR(forces.information, problem.level(ridge, curve, phi).information, 1e-9 * forces.information);
    EXPECT_NEAR(forces.square_scale * problem.total_weight(), forces.information, 1e-9 * forces.information);
    double const step = 1e-4;
    for (std::size_t row = 0; row < phi.size(); row += 50) {
      Vector up = phi, down = phi;
      up[row] += step;
      down[row] -= step;
      double const slope =
          (problem.level(ridge, curve, up).objective - problem.level(ridge, curve, down).objective) / (2 * step);
      EXPECT_NEAR(-2 * forces.rows[row], slope, (count > 8 ? 1e-2 : 1e-5) * (1 + std::abs(slope))) << row;
    }
    Vector side = problem.transposed(forces.rows);
    for (std::size_t i = 0; i < side.size(); ++i) side[i] -= forces.square_scale * penalised[i];
    Vector const wanted = problem.linearised(given.start.coefficients, curve, phi).coefficient_side;
    for (std::size_t i = 0; i < side.size(); i += 7) EXPECT_NEAR(side[i], wanted[i], 1e-9 * (1 + std::abs(wanted[i])));
  }
}

TEST(LatentDescent, EndsWhereGaussNewtonDoes) {
  // Neighbours are few: fit_latent takes Gauss-Newton steps there.
  Problem given(Interactions::neighbour);
  // A stiff curve has one optimum.
  given.penalty = {{30, 70}, 20};
  CurveShape const shape = sigmoids(2);
  given.start.curve = shape.prior();
  GaussNewtonOptions const options{300, 1e-9, 1e-6, 500};
  LatentFit const by_steps = fit_latent(given.rows, shape, given.penalty, given.start, options);
  LatentFit const fit = descended(given.rows, shape, given.penalty, given.start, options);
  ASSERT_TRUE(by_steps.converged);
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(fit.objective, by_steps.objective, 1e-3 * by_steps.objective);
  LatentProblem const problem(given.rows, shape, given.penalty);
  EXPECT_NEAR(fit.objective, problem.objective(fit.coefficients, fit.curve, problem.phi(fit.coefficients)), 1e-9);
  Vector const phi = problem.phi(fit.coefficients);
  for (std::size_t row = 0; row < phi.size(); ++row) EXPECT_NEAR(fit.phi[row], phi[row], 1e-9);
}

TEST(LatentDescent, ObeysAWatch) {
  struct Stop : LatentWatch {
    int looks = 0;
    bool gives_up(LatentFit const& fit) override {
      EXPECT_EQ(fit.coefficients.size(), size);
      return ++looks == 1;
    }
    std::size_t size = 0;
  } watch;
  Problem given(Interactions::pairwise);
  watch.size = given.start.coefficients.size();
  CurveShape const shape = sigmoids(3);
  given.start.curve = shape.prior();
  LatentFit const fit = fit_latent(given.rows, shape, given.penalty, given.start, {60, 1e-12, 0.1, 60, &watch});
  EXPECT_EQ(watch.looks, 1);
  EXPECT_FALSE(fit.converged);
  EXPECT_EQ(fit.iterations, 3);
}

// Of a curve at groups, written out: squared residuals, slopes between groups, and the ridge.
double written_out(CurveShape const& shape, CurveData const& data, double ridge, double slope_ridge,
                   Vector const& parameters) {
  ResponseCurve const curve = shape.curve(parameters);
  Vector const prior = shape.prior();
  double sum = 0;
  for (std::size_t p = 1; p < parameters.size(); ++p) sum += ridge * std::pow(parameters[p] - prior[p], 2);
  std::size_t const count = data.phi.size();
  for (std::size_t i = 0; i < count; ++i) {
    sum += data.weights[i] * std::pow(data.responses[i] - curve(data.phi[i]), 2);
    if (i == 0) continue;
    double const slope = (curve(data.phi[i]) - curve(data.phi[i - 1])) / (data.phi[i] - data.phi[i - 1]);
    double const shares = (i == 1 ? 2 : 1) * data.weights[i - 1] + (i + 1 == count ? 2 : 1) * data.weights[i];
    sum += slope_ridge * 0.5 * shares * slope * slope;
  }
  return sum;
}

TEST(CurveFit, WithARidgeOnSlopesEndsWhereTheGradientVanishes) {
  CurveShape const shape = sigmoids(2);
  CurveData data;
  for (int i = 0; i < 40; ++i) {
    data.phi.push_back(-2 + 0.1 * i);
    data.responses.push_back(std::tanh(2 * data.phi.back()));
    data.weights.push_back(1 + i % 3);
  }
  Vector start = shape.prior();
  start[4] = -0.5;
  start[7] = 0.5;
  CurveFit const fit = fit_curve(shape, data, 0.3, start, 0.2);
  EXPECT_NEAR(fit.objective, written_out(shape, data, 0.3, 0.2, fit.parameters), 1e-10 * fit.objective);
  EXPECT_LT(fit.objective, 0.5 * written_out(shape, data, 0.3, 0.2, start));
  for (std::size_t p = 0; p < shape.size(); ++p) {
    Vector up = fit.parameters, down = fit.parameters;
    up[p] += 1e-5;
    down[p] -= 1e-5;
    double const slope = (written_out(shape, data, 0.3, 0.2, up) - written_out(shape, data, 0.3, 0.2, down)) / 2e-5;
    EXPECT_NEAR(slope, 0, 0.02 * fit.objective) << p;
  }
}

TEST(CurveFit, HoldsSigmoidsThatAreTooSteep) {
  CurveShape shape = sigmoids(1);
  CurveData data;
  for (int i = 0; i < 100; ++i) {
    data.phi.push_back(-2 + 0.04 * i);
    data.responses.push_back(data.phi.back() > 0.1 ? 1 : -1);
    data.weights.push_back(10);
  }
  Vector const start = shape.prior();
  double const free = std::exp(fit_curve(shape, data, 1e-3, start).parameters[3]);
  shape.steepest = 3;
  shape.steepness_ridge = 1e4;
  double const held = std::exp(fit_curve(shape, data, 1e-3, start).parameters[3]);
  EXPECT_GT(free, 6);
  EXPECT_GT(held, 2.9);
  EXPECT_LT(held, 3.2);
  // Beside the ridge on its logarithm.
  Vector parameters = start;
  parameters[3] = std::log(3.0) + 0.5;
  Vector matrix(shape.size() * shape.size(), 0.0), side(shape.size(), 0.0);
  double const sum = add_curve_penalty(shape, 0, parameters, matrix.data(), side.data());
  EXPECT_NEAR(sum, 1e4 * 0.25, 1e-6);
  EXPECT_NEAR(side[3], -1e4 * 0.5, 1e-6);
  EXPECT_NEAR(matrix[3 * shape.size() + 3], 1e4, 1e-6);
}

}  // namespace
}  // namespace shoal::surrogate
