// SPDX-License-Identifier: MIT
#include "surrogate/curve_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

namespace {

double objective_at(CurveShape const& shape, CurveData const& data, double ridge, std::span<double const> parameters) {
  CurveAt const curve(shape, parameters);
  double sum = add_curve_penalty(shape, ridge, parameters, nullptr, nullptr);
  for (std::size_t i = 0; i < data.phi.size(); ++i) {
    double const residual = data.responses[i] - curve(data.phi[i]).value;
    sum += data.weights[i] * residual * residual;
  }
  return sum;
}

struct NormalEquations {
  std::vector<double> matrix;
  std::vector<double> side;
};

NormalEquations normal_equations(CurveShape const& shape, CurveData const& data, double ridge,
                                 std::span<double const> parameters) {
  std::size_t const size = shape.size();
  NormalEquations equations{std::vector<double>(size * size, 0.0), std::vector<double>(size, 0.0)};
  add_curve_penalty(shape, ridge, parameters, equations.matrix.data(), equations.side.data());
  CurveAt const curve(shape, parameters);
  std::vector<double> jacobian(size);
  std::vector<double> slopes(size);
  for (std::size_t i = 0; i < data.phi.size(); ++i) {
    double const residual = data.responses[i] - curve.with_jacobians(data.phi[i], jacobian.data(), slopes.data()).value;
    for (std::size_t p = 0; p < size; ++p) {
      double const weighted = data.weights[i] * jacobian[p];
      equations.side[p] += weighted * residual;
      for (std::size_t q = 0; q < size; ++q) equations.matrix[p * size + q] += weighted * jacobian[q];
    }
  }
  return equations;
}

}  // namespace

CurveData grouped_by_phi(std::span<double const> phi, std::span<double const> responses,
                         std::span<double const> weights, int groups) {
  std::vector<std::size_t> order(phi.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return phi[a] < phi[b] || (phi[a] == phi[b] && a < b); });
  std::size_t const count = std::min(static_cast<std::size_t>(groups), phi.size());
  CurveData data;
  for (std::size_t group = 0; group < count; ++group) {
    double weight = 0;
    double phi_sum = 0;
    double response_sum = 0;
    for (std::size_t i = group * phi.size() / count; i < (group + 1) * phi.size() / count; ++i) {
      double const w = weights.empty() ? 1.0 : weights[order[i]];
      weight += w;
      phi_sum += w * phi[order[i]];
      response_sum += w * responses[order[i]];
    }
    if (!(weight > 0)) continue;
    data.phi.push_back(phi_sum / weight);
    data.responses.push_back(response_sum / weight);
    data.weights.push_back(weight);
  }
  return data;
}

double add_curve_penalty(CurveShape const& shape, double ridge, std::span<double const> parameters, double* matrix,
                         double* side) {
  std::size_t const size = shape.size();
  std::vector<double> const prior = shape.prior();
  double sum = 0;
  for (std::size_t p = 1; p < size; ++p) {
    double const distance = parameters[p] - prior[p];
    sum += ridge * distance * distance;
    if (matrix != nullptr) {
      matrix[p * size + p] += ridge;
      side[p] -= ridge * distance;
    }
  }
  return sum;
}

std::vector<double> damped_step(std::vector<double> matrix, double damping, std::vector<double> side) {
  auto const size = static_cast<std::int64_t>(side.size());
  double largest = 0;
  for (std::int64_t p = 0; p < size; ++p) largest = std::max(largest, matrix[static_cast<std::size_t>(p * size + p)]);
  for (std::int64_t p = 0; p < size; ++p) {
    double& diagonal = matrix[static_cast<std::size_t>(p * size + p)];
    // The shift is rounding's size: a parameter without effect gets a step of zero, not an error.
    diagonal += damping * diagonal + 1e-12 * largest + 1e-300;
  }
  kernels::CpuSpace const space{1};
  linalg::cholesky_factor(space, {matrix.data(), size, size, size});
  linalg::cholesky_solve(space, {matrix.data(), size, size, size}, {side.data(), 1, size, size});
  return side;
}

CurveFit fit_curve(CurveShape const& shape, CurveData const& data, double ridge, std::vector<double> start) {
  constexpr int most_iterations = 200;
  CurveFit fit{std::move(start), 0};
  fit.objective = objective_at(shape, data, ridge, fit.parameters);
  double const tolerance = 1e-7 * std::accumulate(data.weights.begin(), data.weights.end(), 0.0);
  double damping = 1e-2;
  NormalEquations equations = normal_equations(shape, data, ridge, fit.parameters);
  for (int iteration = 0; iteration < most_iterations && damping < 1e8; ++iteration) {
    std::vector<double> trial = damped_step(equations.matrix, damping, equations.side);
    for (std::size_t p = 0; p < trial.size(); ++p) trial[p] += fit.parameters[p];
    double const objective = objective_at(shape, data, ridge, trial);
    if (!(objective < fit.objective)) {
      damping *= 8;
      continue;
    }
    double const drop = fit.objective - objective;
    fit = {std::move(trial), objective};
    if (drop < tolerance) break;
    damping *= 0.3;
    equations = normal_equations(shape, data, ridge, fit.parameters);
  }
  return fit;
}

std::vector<std::vector<double>> curve_starts(CurveShape const& shape, double scale) {
  if (shape.kind != CurveKind::sigmoids) return {shape.prior()};
  struct Start {
    double slope;
    double height;  // of the sigmoid that stands out
    double centre;
  };
  std::vector<std::vector<double>> starts;
  for (auto const [slope, height, centre] :
       {Start{0.8, 0.1, 0.0}, Start{0.1, 1.0, 0.0}, Start{0.1, 1.5, 1.5}, Start{0.1, 1.5, -1.5}}) {
    std::vector<double> parameters = {0.0, std::log(slope)};
    for (int k = 0; k < shape.sigmoids; ++k) {
      bool const main = k == shape.sigmoids / 2;
      double const spread = shape.sigmoids > 1 ? 3.0 * k / (shape.sigmoids - 1) - 1.5 : 0.0;
      parameters.push_back(std::log(scale * (main ? height : 0.2 / shape.sigmoids)));
      parameters.push_back(std::log(1.0 / scale));
      parameters.push_back(scale * (main ? centre : spread));
    }
    starts.push_back(std::move(parameters));
  }
  return starts;
}

}  // namespace shoal::surrogate
