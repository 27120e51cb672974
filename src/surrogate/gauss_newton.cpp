// SPDX-License-Identifier: MIT
#include "surrogate/gauss_newton.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "surrogate/row_sums.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

std::int64_t size_of(Vector const& values) {
  return static_cast<std::int64_t>(values.size());
}

kernels::MatrixView<double const> column(Vector const& values) {
  return {values.data(), size_of(values), 1, 1};
}

kernels::MatrixView<double> column(Vector& values) {
  return {values.data(), size_of(values), 1, 1};
}

double dot(Vector const& a, Vector const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add_scaled(double factor, Vector const& from, Vector& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

Vector sum(Vector a, Vector const& b) {
  add_scaled(1, b, a);
  return a;
}

class Problem {
 public:
  Problem(LatentRows const& rows, CurveShape const& shape, Penalty penalty, CurvePenalty curve_penalty)
      : rows_(rows), shape_(shape), penalty_(penalty), curve_penalty_(curve_penalty) {
    device::Backend const& backend = rows.features->backend();
    threads_ = backend.kind() == device::BackendKind::cpu ? backend.cpu_space().threads : 1;
  }

  std::int64_t rows() const { return rows_.range.size(); }
  std::int64_t curve_size() const { return static_cast<std::int64_t>(shape_.size()); }
  std::int64_t coefficients() const { return rows_.features->parameters(); }

  Vector multiply(Vector const& coefficients) const {
    Vector values(static_cast<std::size_t>(rows()), 0.0);
    if (!coefficients.empty()) rows_.features->multiply(rows_.range, column(coefficients), column(values));
    return values;
  }
  Vector multiply_transposed(Vector const& values) const {
    Vector result(static_cast<std::size_t>(coefficients()), 0.0);
    if (!result.empty()) rows_.features->multiply_transposed(rows_.range, column(values), column(result));
    return result;
  }
  Vector penalised(Vector const& coefficients) const {
    Vector products(coefficients.size(), 0.0);
    if (!products.empty()) rows_.features->multiply_penalty(penalty_, column(coefficients), column(products));
    return products;
  }
  Vector preconditioned(double scale, Vector const& sides) const {
    Vector solutions(sides.size(), 0.0);
    if (!sides.empty()) rows_.features->precondition(scale, penalty_, column(sides), column(solutions));
    return solutions;
  }

  double objective(Vector const& coefficients, Vector const& penalised_coefficients, Vector const& curve,
                   Vector const& phi) const {
    CurveAt const at(shape_, curve);
    Vector const sums = sum_row_blocks(rows(), 1, threads_, [&](std::int64_t begin, std::int64_t end, double* part) {
      for (std::int64_t i = begin; i < end; ++i) {
        auto const row = static_cast<std::size_t>(i);
        double const residual = rows_.responses[row] - at(phi[row]).value;
        part[0] += rows_.weights[row] * residual * residual;
      }
    });
    return sums[0] + dot(coefficients, penalised_coefficients) +
           add_curve_penalty(shape_, curve_penalty_, curve, nullptr, nullptr);
  }

  // The model linearised about (coefficients, curve).
  struct Linear {
    Vector residuals;  // [rows]
    Vector slopes;     // [rows], g'
    Vector jacobian;   // [rows, curve_size]
    Vector matrix;     // J^T W J of the curve, with its penalty
    Vector side;       // J^T W r of the curve, with its penalty
    double scale = 0;  // Σ w g'²
  };

  Linear linearised(Vector const& curve, Vector const& phi) const {
    auto const count = static_cast<std::size_t>(rows());
    std::int64_t const size = curve_size();
    Linear linear{Vector(count), Vector(count), Vector(count * shape_.size()), {}, {}, 0};
    CurveAt const at(shape_, curve);
    Vector const sums = sum_row_blocks(rows(), size * size + size + 1, threads_,
                                       [&](std::int64_t begin, std::int64_t end, double* part) {
                                         for (std::int64_t i = begin; i < end; ++i) {
                                           auto const row = static_cast<std::size_t>(i);
                                           double* const jacobian = linear.jacobian.data() + i * size;
                                           CurveAt::Point const point = at.with_jacobian(phi[row], jacobian);
                                           double const weight = rows_.weights[row];
                                           linear.residuals[row] = rows_.responses[row] - point.value;
                                           linear.slopes[row] = point.slope;
                                           part[size * size + size] += weight * point.slope * point.slope;
                                           for (std::int64_t p = 0; p < size; ++p) {
                                             double const weighted = weight * jacobian[p];
                                             part[size * size + p] += weighted * linear.residuals[row];
                                             for (std::int64_t q = 0; q <= p; ++q)
                                               part[p * size + q] += weighted * jacobian[q];
                                           }
                                         }
                                       });
    linear.matrix.assign(sums.begin(), sums.begin() + size * size);
    linear.side.assign(sums.begin() + size * size, sums.end() - 1);
    linear.scale = sums.back();
    for (std::int64_t p = 0; p < size; ++p) {
      for (std::int64_t q = p + 1; q < size; ++q) {
        linear.matrix[static_cast<std::size_t>(p * size + q)] = linear.matrix[static_cast<std::size_t>(q * size + p)];
      }
    }
    add_curve_penalty(shape_, curve_penalty_, curve, linear.matrix.data(), linear.side.data());
    return linear;
  }

  // J^T W values of the curve's parameters, values given per row and multiplied by g' first where `sloped`.
  Vector curve_products(Linear const& linear, Vector const& values) const {
    std::int64_t const size = curve_size();
    return sum_row_blocks(rows(), size, threads_, [&](std::int64_t begin, std::int64_t end, double* part) {
      for (std::int64_t i = begin; i < end; ++i) {
        auto const row = static_cast<std::size_t>(i);
        double const value = rows_.weights[row] * linear.slopes[row] * values[row];
        for (std::int64_t p = 0; p < size; ++p)
          part[p] += value * linear.jacobian[static_cast<std::size_t>(i * size + p)];
      }
    });
  }

  // values <- w g' (first - J step), first being the residuals, or g' values where `sloped`.
  void weigh(Linear const& linear, Vector const& step, bool sloped, Vector& values) const {
    std::int64_t const size = curve_size();
    over_row_blocks(rows(), threads_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        auto const row = static_cast<std::size_t>(i);
        double value = sloped ? linear.slopes[row] * values[row] : linear.residuals[row];
        for (std::int64_t p = 0; p < size; ++p) {
          value -= linear.jacobian[static_cast<std::size_t>(i * size + p)] * step[static_cast<std::size_t>(p)];
        }
        values[row] = rows_.weights[row] * linear.slopes[row] * value;
      }
    });
  }

 private:
  LatentRows const& rows_;
  CurveShape const& shape_;
  Penalty penalty_;
  CurvePenalty curve_penalty_;
  int threads_ = 1;
};

struct Step {
  Vector coefficients;
  Vector curve;
  Vector phi;
  int inner_iterations = 0;
};

// Conjugate gradients on the coefficients' Schur complement.
Step damped_joint_step(Problem const& problem, Problem::Linear const& linear, Vector const& penalised, double damping,
                       GaussNewtonOptions const& options) {
  auto const solve_curve = [&](Vector side) { return damped_step(linear.matrix, damping, std::move(side)); };
  double const scale = linear.scale;
  Step step{Vector(penalised.size(), 0.0), {}, Vector(linear.residuals.size(), 0.0), 0};

  Vector values(linear.residuals.size());
  problem.weigh(linear, solve_curve(linear.side), false, values);
  Vector residual = problem.multiply_transposed(values);
  add_scaled(-1, penalised, residual);
  Vector preconditioned = problem.preconditioned((1 + damping) * scale, residual);
  Vector direction = preconditioned;
  double norm = dot(residual, preconditioned);
  double const enough = options.inner_tolerance * options.inner_tolerance * norm;
  while (norm > enough && norm > 0 && step.inner_iterations < options.inner_iterations) {
    Vector const along = problem.multiply(direction);
    values = along;
    problem.weigh(linear, solve_curve(problem.curve_products(linear, along)), true, values);
    Vector product = problem.multiply_transposed(values);
    add_scaled(1, problem.penalised(direction), product);
    add_scaled(damping * scale, direction, product);
    double const curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    double const length = norm / curvature;
    add_scaled(length, direction, step.coefficients);
    add_scaled(length, along, step.phi);
    add_scaled(-length, product, residual);
    preconditioned = problem.preconditioned((1 + damping) * scale, residual);
    double const next = dot(residual, preconditioned);
    double const ratio = next / norm;
    norm = next;
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = preconditioned[i] + ratio * direction[i];
    ++step.inner_iterations;
  }
  Vector side = linear.side;
  add_scaled(-1, problem.curve_products(linear, step.phi), side);
  step.curve = solve_curve(std::move(side));
  return step;
}

}  // namespace

LatentFit fit_latent(LatentRows const& rows, CurveShape const& shape, Penalty penalty, CurvePenalty curve_penalty,
                     LatentFit start, GaussNewtonOptions const& options) {
  Problem const problem(rows, shape, penalty, curve_penalty);
  LatentFit fit = std::move(start);
  fit.phi = problem.multiply(fit.coefficients);
  Vector penalised = problem.penalised(fit.coefficients);
  fit.objective = problem.objective(fit.coefficients, penalised, fit.curve, fit.phi);
  fit.iterations = 0;
  fit.converged = false;
  double const enough = options.tolerance * static_cast<double>(problem.rows());
  Problem::Linear linear = problem.linearised(fit.curve, fit.phi);
  // The identity's model is linear: no step can overshoot.
  double damping = shape.kind == CurveKind::identity ? 0.0 : 1e-3;
  while (fit.iterations < options.maximum_iterations) {
    Step step = damped_joint_step(problem, linear, penalised, damping, options);
    ++fit.iterations;
    fit.inner_iterations += step.inner_iterations;
    Vector coefficients = sum(fit.coefficients, step.coefficients);
    Vector curve = sum(fit.curve, step.curve);
    Vector phi = sum(fit.phi, step.phi);
    Vector trial_penalised = problem.penalised(coefficients);
    double const objective = problem.objective(coefficients, trial_penalised, curve, phi);
    if (!(objective < fit.objective)) {
      // At the minimum rounding alone can refuse a step.
      fit.converged = !(objective > fit.objective + 0.01 * enough);
      if (fit.converged || damping > 1e6) break;
      damping = damping > 0 ? 8 * damping : 1e-3;
      continue;
    }
    double const drop = fit.objective - objective;
    fit.coefficients = std::move(coefficients);
    fit.curve = std::move(curve);
    fit.phi = std::move(phi);
    fit.objective = objective;
    penalised = std::move(trial_penalised);
    if (drop < enough && damping < 1) {
      fit.converged = true;
      break;
    }
    damping = damping > 1e-9 ? 0.3 * damping : 0.0;
    linear = problem.linearised(fit.curve, fit.phi);
  }
  return fit;
}

}  // namespace shoal::surrogate
