// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/latent_problem.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "surrogate/epistasis/curve_fit.hpp"
#include "surrogate/epistasis/effective_share.hpp"
#include "surrogate/math/row_sums.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

kernels::MatrixView<double const> column(Vector const& values) {
  return {values.data(), static_cast<std::int64_t>(values.size()), 1, 1};
}

kernels::MatrixView<double> column(Vector& values) {
  return {values.data(), static_cast<std::int64_t>(values.size()), 1, 1};
}

double dot(Vector const& a, Vector const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add_scaled(double factor, Vector const& from, Vector& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

}  // namespace

LatentProblem::LatentProblem(LatentRows const& rows, CurveShape const& shape, LatentPenalty const& penalty)
    : rows_(rows), shape_(shape), penalty_(penalty) {
  device::Backend const& backend = rows.features->backend();
  threads_ = backend.kind() == device::BackendKind::cpu ? backend.cpu_space().threads : 1;
  tabulates_ = CurveTable::pays(shape, rows.range.size());
  total_weight_ = std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
  FeatureLayout const& layout = rows.features->layout();
  many_pairs_ = has_many_pairs(layout);
  if (many_pairs_) {
    share_ = effective_share(rows.weights, layout.penalty_diagonal(penalty.coefficients));
  }
}

Vector LatentProblem::phi(Vector const& coefficients) const {
  Vector values(static_cast<std::size_t>(rows()), 0.0);
  rows_.features->multiply(rows_.range, column(coefficients), column(values));
  return values;
}

Vector LatentProblem::transposed(Vector const& values) const {
  Vector result(static_cast<std::size_t>(rows_.features->parameters()), 0.0);
  rows_.features->multiply_transposed(rows_.range, column(values), column(result));
  return result;
}

void LatentProblem::transpose_both(Vector const& first, Vector const& second, Vector& of_first,
                                   Vector& of_second) const {
  std::int64_t const size = rows_.features->parameters();
  Vector values(2 * first.size());
  for (std::size_t row = 0; row < first.size(); ++row) {
    values[2 * row] = first[row];
    values[2 * row + 1] = second[row];
  }
  Vector results(static_cast<std::size_t>(2 * size));
  rows_.features->multiply_transposed(rows_.range, {values.data(), rows(), 2, 2}, {results.data(), size, 2, 2});
  of_first.resize(static_cast<std::size_t>(size));
  of_second.resize(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < of_first.size(); ++i) {
    of_first[i] = results[2 * i];
    of_second[i] = results[2 * i + 1];
  }
}

Vector LatentProblem::penalised(Vector const& coefficients) const {
  Vector products(coefficients.size(), 0.0);
  rows_.features->multiply_penalty(penalty_.coefficients, column(coefficients), column(products));
  return products;
}

// Residuals, slopes, the Jacobian and its sums over rows; `scale_slopes` [rows] gets w g' g''.
void LatentProblem::add_curve_moments(LinearisedLatent& at, CurveAt const& curve, Vector const& phi,
                                      Vector& scale_slopes) const {
  auto const size = static_cast<std::int64_t>(shape_.size());
  std::int64_t const sides = size * size;
  Vector const sums =
      sum_row_blocks(rows(), sides + 2 * size + 1, threads_, [&](std::int64_t begin, std::int64_t end, double* part) {
        Vector slope_jacobian(static_cast<std::size_t>(size));
        for (std::int64_t i = begin; i < end; ++i) {
          auto const row = static_cast<std::size_t>(i);
          double* const jacobian = at.jacobian.data() + i * size;
          CurveAt::Point const point = curve.with_jacobians(phi[row], jacobian, slope_jacobian.data());
          double const weight = rows_.weights[row];
          double const sloped = weight * point.slope;
          at.residuals[row] = rows_.responses[row] - point.value;
          at.slopes[row] = point.slope;
          scale_slopes[row] = sloped * point.curvature;
          part[sides + 2 * size] += sloped * point.slope;
          for (std::int64_t p = 0; p < size; ++p) {
            double const weighted = weight * jacobian[p];
            part[sides + p] += weighted * at.residuals[row];
            part[sides + size + p] += sloped * slope_jacobian[static_cast<std::size_t>(p)];
            for (std::int64_t q = 0; q <= p; ++q) part[p * size + q] += weighted * jacobian[q];
          }
        }
      });
  at.curve_matrix.assign(sums.begin(), sums.begin() + sides);
  at.curve_side.assign(sums.begin() + sides, sums.begin() + sides + size);
  at.scale_by_curve.assign(sums.begin() + sides + size, sums.end() - 1);
  at.information = sums.back();
  for (std::int64_t p = 0; p < size; ++p) {
    for (std::int64_t q = p + 1; q < size; ++q) {
      at.curve_matrix[static_cast<std::size_t>(p * size + q)] = at.curve_matrix[static_cast<std::size_t>(q * size + p)];
    }
  }
}

// The same from a table of the curve.
void LatentProblem::add_tabulated_moments(LinearisedLatent& at, Vector const& curve, Vector const& phi,
                                          Vector& scale_slopes) const {
  CurveTable const table(shape_, curve, phi);
  std::vector<CurveTable::Place> places(phi.size());
  Vector sloped(phi.size());
  Vector weighted(phi.size());
  over_row_blocks(rows(), threads_, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      auto const row = static_cast<std::size_t>(i);
      places[row] = table.place(phi[row]);
      CurveAt::Point const point = table.at(places[row]);
      at.residuals[row] = rows_.responses[row] - point.value;
      at.slopes[row] = point.slope;
      sloped[row] = rows_.weights[row] * point.slope;
      weighted[row] = rows_.weights[row] * at.residuals[row];
      scale_slopes[row] = sloped[row] * point.curvature;
    }
  });
  at.tabulated = TabulatedJacobian(table.value_jacobian(), std::move(places));
  at.curve_matrix = at.tabulated.gram(rows_.weights);
  at.curve_side = at.tabulated.transposed(weighted);
  at.scale_by_curve = table_transposed(table.slope_jacobian(), at.tabulated.on_nodes(sloped));
  at.information = dot(sloped, at.slopes);
}

LinearisedLatent LatentProblem::linearised(Vector const& coefficients, Vector const& curve, Vector const& phi) const {
  auto const count = static_cast<std::size_t>(rows());
  std::size_t const size = shape_.size();
  LinearisedLatent at;
  at.residuals.resize(count);
  at.slopes.resize(count);
  Vector values(count);
  if (tabulates_) {
    add_tabulated_moments(at, curve, phi, values);
  } else {
    at.jacobian.resize(count * size);
    add_curve_moments(at, CurveAt(shape_, curve), phi, values);
  }
  at.scale = std::sqrt(at.information / total_weight_);
  double const factor = at.scale > 0 ? 1 / (at.scale * total_weight_) : 0.0;
  for (double& value : at.scale_by_curve) value *= factor;
  at.penalised = penalised(coefficients);
  at.ridge = dot(coefficients, at.penalised);
  Vector forces(count);
  for (std::size_t row = 0; row < count; ++row) forces[row] = rows_.weights[row] * at.slopes[row] * at.residuals[row];
  at.scale_by_latent.assign(coefficients.size(), 0.0);
  if (shape_.kind != CurveKind::identity) {
    for (double& value : values) value *= factor;
    transpose_both(values, forces, at.scale_by_latent, at.coefficient_side);
  } else {
    at.coefficient_side = transposed(forces);
  }
  add_curve_penalty(shape_, penalty_.curve, curve, at.curve_matrix.data(), at.curve_side.data());
  for (std::size_t p = 0; p < size; ++p) {
    at.curve_side[p] -= at.ridge * at.scale * at.scale_by_curve[p];
    for (std::size_t q = 0; q < size; ++q) {
      at.curve_matrix[p * size + q] += at.ridge * at.scale_by_curve[p] * at.scale_by_curve[q];
    }
  }
  add_scaled(-at.scale * at.scale, at.penalised, at.coefficient_side);
  add_scaled(-at.scale * at.ridge, at.scale_by_latent, at.coefficient_side);
  return at;
}

double LatentProblem::dot(Vector const& a, Vector const& b) const {
  constexpr std::size_t lanes = 8;
  if (!many_pairs_) return surrogate::dot(a, b);
  double sums[lanes] = {};
  std::size_t const whole = a.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  double sum = 0;
  for (double const part : sums) sum += part;
  for (std::size_t i = whole; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

LatentProblem::ScaleSums LatentProblem::scale_sums(LinearisedLatent const& at, Vector const& direction) const {
  return {dot(at.penalised, direction), dot(at.scale_by_latent, direction)};
}

Vector LatentProblem::curve_rows(LinearisedLatent const& at, ScaleSums sums, Vector const& along) const {
  auto const size = static_cast<std::int64_t>(shape_.size());
  auto const value = [&](std::size_t row) { return rows_.weights[row] * at.slopes[row] * along[row]; };
  Vector result;
  if (at.tabulated.empty()) {
    result = sum_row_blocks(rows(), size, threads_, [&](std::int64_t begin, std::int64_t end, double* part) {
      for (std::int64_t i = begin; i < end; ++i) {
        double const of_row = value(static_cast<std::size_t>(i));
        double const* const jacobian = at.jacobian.data() + i * size;
        for (std::int64_t p = 0; p < size; ++p) part[p] += of_row * jacobian[p];
      }
    });
  } else {
    Vector values(along.size());
    for (std::size_t row = 0; row < values.size(); ++row) values[row] = value(row);
    result = at.tabulated.transposed(values);
  }
  double const by_scale = at.scale * sums.penalised + at.ridge * sums.latent;
  add_scaled(by_scale, at.scale_by_curve, result);
  return result;
}

void LatentProblem::coefficient_rows(LinearisedLatent const& at, Vector const& direction, ScaleSums sums,
                                     Vector const& along, Vector const& step, Vector& result) const {
  auto const size = static_cast<std::int64_t>(shape_.size());
  Vector values(along.size());
  bool const tabulated = !at.tabulated.empty();
  Vector const at_nodes = tabulated ? at.tabulated.product(step) : Vector{};
  over_row_blocks(rows(), threads_, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      auto const row = static_cast<std::size_t>(i);
      double value = at.slopes[row] * along[row];
      if (tabulated) {
        value -= at.tabulated.between(at_nodes, row);
      } else {
        double const* const jacobian = at.jacobian.data() + i * size;
        for (std::int64_t p = 0; p < size; ++p) value -= jacobian[p] * step[static_cast<std::size_t>(p)];
      }
      values[row] = rows_.weights[row] * at.slopes[row] * value;
    }
  });
  result.resize(direction.size());
  penalised_.resize(direction.size());
  rows_.features->multiply_transposed(rows_.range, column(std::as_const(values)), column(result));
  rows_.features->multiply_penalty(penalty_.coefficients, column(direction), column(penalised_));
  double const square = at.scale * at.scale;
  double const by_latent = sums.latent - surrogate::dot(at.scale_by_curve, step);
  double const to_penalised = at.scale * by_latent;
  double const to_latent = at.scale * sums.penalised + at.ridge * by_latent;
  for (std::size_t i = 0; i < result.size(); ++i) {
    double value = result[i] + square * penalised_[i];
    value += to_penalised * at.penalised[i];
    result[i] = value + to_latent * at.scale_by_latent[i];
  }
}

void LatentProblem::precondition(LinearisedLatent const& at, double damping, Vector const& sides,
                                 Vector& solutions) const {
  precondition(at.information, at.scale * at.scale, damping, sides, solutions);
}

void LatentProblem::precondition(double information, double square_scale, double damping, Vector const& sides,
                                 Vector& solutions) const {
  // The operator keeps the penalty fixed, so information is expressed in its units.
  solutions.resize(sides.size());
  rows_.features->precondition((share_ + damping) * information / square_scale, penalty_.coefficients, column(sides),
                               column(solutions));
  for (double& value : solutions) value /= square_scale;
}

}  // namespace shoal::surrogate
