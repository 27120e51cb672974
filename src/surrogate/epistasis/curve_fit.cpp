// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/curve_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

namespace {

// Sums over rows of nearly the same phi.
struct Bin {
  std::size_t rows = 0;
  double weight = 0;
  double phi = 0;
  double response = 0;

  void add(Bin const& other) {
    rows += other.rows;
    weight += other.weight;
    phi += other.phi;
    response += other.response;
  }
};

// So many bins that each is narrow beside a group, and few beside the rows, so that rows are binned instead of sorted.
constexpr int bin_count = 4096;

// What holds a curve: the ridge on its parameters, and on its slopes.
struct Ridges {
  double parameters = 0;
  double slopes = 0;
};

// Calls f(group, weight, distance) for every group but the first, with the distance of its phi from that of the group
// before and the weight of the rows between: the groups share their weights with the gaps beside them.
void each_gap(CurveData const& data, auto const& f) {
  std::size_t const groups = data.phi.size();
  for (std::size_t i = 1; i < groups; ++i) {
    double weight = 0.5 * (data.weights[i - 1] + data.weights[i]);
    if (i == 1) weight += 0.5 * data.weights.front();
    if (i + 1 == groups) weight += 0.5 * data.weights.back();
    double const distance = data.phi[i] - data.phi[i - 1];
    if (distance > 0) f(i, weight, distance);
  }
}

double objective_at(CurveShape const& shape, CurveData const& data, Ridges ridges, std::span<double const> parameters) {
  CurveAt const curve(shape, parameters);
  double sum = add_curve_penalty(shape, ridges.parameters, parameters, nullptr, nullptr);
  std::vector<double> values;
  for (std::size_t i = 0; i < data.phi.size(); ++i) {
    values.push_back(curve(data.phi[i]).value);
    double const residual = data.responses[i] - values.back();
    sum += data.weights[i] * residual * residual;
  }
  if (ridges.slopes == 0) return sum;
  each_gap(data, [&](std::size_t i, double weight, double distance) {
    double const slope = (values[i] - values[i - 1]) / distance;
    sum += ridges.slopes * weight * slope * slope;
  });
  return sum;
}

struct NormalEquations {
  std::vector<double> matrix;  // the lower triangle, which is all that a factorisation reads
  std::vector<double> side;
};

// Rows of least squares: derivatives [rows, size], weights and residuals [rows].
struct SquareRows {
  std::vector<double> derivatives;
  std::vector<double> weights;
  std::vector<double> residuals;
};

// Adds `count` rows from `first` on, each element's row by row: a matrix of many parameters is larger than the nearest
// cache, so it is passed through once for all of them.
template <std::size_t count>
void add_square_rows(SquareRows const& rows, std::size_t first, std::size_t size, NormalEquations& equations) {
  double const* derivatives[count];
  for (std::size_t k = 0; k < count; ++k) derivatives[k] = rows.derivatives.data() + (first + k) * size;
  for (std::size_t p = 0; p < size; ++p) {
    double weighted[count];
    for (std::size_t k = 0; k < count; ++k) {
      weighted[k] = rows.weights[first + k] * derivatives[k][p];
      equations.side[p] += weighted[k] * rows.residuals[first + k];
    }
    double* const entries = equations.matrix.data() + p * size;
    for (std::size_t q = 0; q <= p; ++q) {
      double sum = entries[q];
      for (std::size_t k = 0; k < count; ++k) sum += weighted[k] * derivatives[k][q];
      entries[q] = sum;
    }
  }
}

void add_square_rows(SquareRows const& rows, std::size_t size, NormalEquations& equations) {
  constexpr std::size_t together = 8;
  std::size_t const whole = rows.weights.size() / together * together;
  for (std::size_t first = 0; first < whole; first += together) add_square_rows<together>(rows, first, size, equations);
  for (std::size_t row = whole; row < rows.weights.size(); ++row) add_square_rows<1>(rows, row, size, equations);
}

NormalEquations normal_equations(CurveShape const& shape, CurveData const& data, Ridges ridges,
                                 std::span<double const> parameters) {
  std::size_t const size = shape.size();
  NormalEquations equations{std::vector<double>(size * size, 0.0), std::vector<double>(size, 0.0)};
  add_curve_penalty(shape, ridges.parameters, parameters, equations.matrix.data(), equations.side.data());
  CurveAt const curve(shape, parameters);
  std::size_t const groups = data.phi.size();
  std::vector<double> values(groups);
  SquareRows rows{std::vector<double>(groups * size), data.weights, std::vector<double>(groups)};
  std::vector<double> slopes(size);
  for (std::size_t i = 0; i < groups; ++i) {
    values[i] = curve.with_jacobians(data.phi[i], rows.derivatives.data() + i * size, slopes.data()).value;
    rows.residuals[i] = data.responses[i] - values[i];
  }
  add_square_rows(rows, size, equations);
  if (ridges.slopes == 0) return equations;
  SquareRows gaps;
  each_gap(data, [&](std::size_t i, double weight, double distance) {
    for (std::size_t p = 0; p < size; ++p) {
      gaps.derivatives.push_back((rows.derivatives[i * size + p] - rows.derivatives[(i - 1) * size + p]) / distance);
    }
    gaps.weights.push_back(ridges.slopes * weight);
    gaps.residuals.push_back((values[i - 1] - values[i]) / distance);
  });
  add_square_rows(gaps, size, equations);
  return equations;
}

}  // namespace

CurveData grouped_by_phi(std::span<double const> phi, std::span<double const> responses,
                         std::span<double const> weights, int groups) {
  CurveData data;
  if (phi.empty()) return data;
  auto const [low, high] = std::minmax_element(phi.begin(), phi.end());
  double const lowest = *low;
  double const per_unit = *high > lowest ? (bin_count - 1) / (*high - lowest) : 0.0;
  std::vector<Bin> bins(bin_count);
  for (std::size_t i = 0; i < phi.size(); ++i) {
    double const place = (phi[i] - lowest) * per_unit;
    Bin& bin = bins[place > 0 ? static_cast<std::size_t>(std::min(place, bin_count - 1.0)) : 0];  // 0 for NaN too
    double const weight = weights.empty() ? 1.0 : weights[i];
    ++bin.rows;
    bin.weight += weight;
    bin.phi += weight * phi[i];
    bin.response += weight * responses[i];
  }
  std::size_t const count = std::min(static_cast<std::size_t>(groups), phi.size());
  std::size_t before = 0;
  Bin group;
  auto const end_group = [&] {
    if (group.weight > 0) {
      data.phi.push_back(group.phi / group.weight);
      data.responses.push_back(group.response / group.weight);
      data.weights.push_back(group.weight);
    }
    group = {};
  };
  // The group that the row of this rank would have if the rows were sorted.
  auto const group_of = [&](std::size_t rank) { return ((rank + 1) * count - 1) / phi.size(); };
  std::size_t current = 0;
  for (Bin const& bin : bins) {
    if (bin.rows == 0) continue;
    if (group_of(before) != current) end_group();
    current = group_of(before);
    group.add(bin);
    before += bin.rows;
  }
  end_group();
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
  if (shape.steepness_ridge == 0) return sum;
  for (std::size_t p = 3; p < size; p += 3) {
    double const excess = parameters[p] - std::log(shape.steepest);
    if (!(excess > 0)) continue;
    sum += shape.steepness_ridge * excess * excess;
    if (matrix != nullptr) {
      matrix[p * size + p] += shape.steepness_ridge;
      side[p] -= shape.steepness_ridge * excess;
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
    // The shift is of the size of rounding: a parameter without effect gets a step of zero, not an error.
    diagonal += damping * diagonal + 1e-12 * largest + 1e-300;
  }
  kernels::CpuSpace const space{1};
  linalg::cholesky_factor(space, {matrix.data(), size, size, size});
  linalg::cholesky_solve(space, {matrix.data(), size, size, size}, {side.data(), 1, size, size});
  return side;
}

CurveFit fit_curve(CurveShape const& shape, CurveData const& data, double ridge, std::vector<double> start,
                   double slope_ridge) {
  constexpr int most_iterations = 200;
  Ridges const ridges{ridge, slope_ridge};
  CurveFit fit{std::move(start), 0};
  fit.objective = objective_at(shape, data, ridges, fit.parameters);
  double const tolerance = 1e-7 * std::accumulate(data.weights.begin(), data.weights.end(), 0.0);
  double damping = 1e-2;
  NormalEquations equations = normal_equations(shape, data, ridges, fit.parameters);
  for (int iteration = 0; iteration < most_iterations && damping < 1e8; ++iteration) {
    std::vector<double> trial = damped_step(equations.matrix, damping, equations.side);
    for (std::size_t p = 0; p < trial.size(); ++p) trial[p] += fit.parameters[p];
    double const objective = objective_at(shape, data, ridges, trial);
    if (!(objective < fit.objective)) {
      damping *= 8;
      continue;
    }
    double const drop = fit.objective - objective;
    fit = {std::move(trial), objective};
    if (drop < tolerance) break;
    damping *= 0.3;
    equations = normal_equations(shape, data, ridges, fit.parameters);
  }
  return fit;
}

std::vector<std::vector<double>> curve_starts(CurveShape const& shape, double scale) {
  if (shape.kind != CurveKind::sigmoids) return {shape.prior()};
  struct Start {
    double slope;
    double height;  // height of the sigmoid that stands out
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
