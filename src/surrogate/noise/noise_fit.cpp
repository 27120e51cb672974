// SPDX-License-Identifier: MIT
#include "surrogate/noise/noise_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "surrogate/math/quasi_newton.hpp"
#include "surrogate/noise/skewed_t.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

constexpr double prior_weight = 0.1;
constexpr double rows_per_coefficient = 10;

struct Rows {
  std::span<double const> predictions;
  std::span<double const> responses;
  std::span<double const> weights;
  std::size_t size() const { return predictions.size(); }
  double weight(std::size_t row) const { return weights.empty() ? 1.0 : weights[row]; }
};

// Polynomials in z that are orthonormal over the rows: coefficients of z^k in `powers` [order + 1, order + 1], and
// their values [rows, order + 1].
struct Basis {
  int order = 0;
  Vector powers;
  Vector values;
};

Basis orthonormal_basis(Vector const& z, Rows const& rows, int order) {
  auto const size = static_cast<std::size_t>(order + 1);
  Basis basis{order, Vector(size * size, 0.0), Vector(z.size() * size)};
  auto const inner = [&](std::size_t j, std::size_t k) {
    double sum = 0;
    double total = 0;
    for (std::size_t row = 0; row < z.size(); ++row) {
      sum += rows.weight(row) * basis.values[row * size + j] * basis.values[row * size + k];
      total += rows.weight(row);
    }
    return sum / total;
  };
  for (std::size_t j = 0; j < size; ++j) {
    basis.powers[j * size + j] = 1;
    for (std::size_t row = 0; row < z.size(); ++row) {
      basis.values[row * size + j] = j == 0 ? 1.0 : z[row] * basis.values[row * size + j - 1];
    }
    if (j > 0) {
      for (std::size_t k = 0; k + 1 < size; ++k) {
        basis.powers[j * size + k + 1] = basis.powers[(j - 1) * size + k];
      }
      basis.powers[j * size] = 0;
    }
    for (std::size_t k = 0; k < j; ++k) {
      double const overlap = inner(j, k);
      for (std::size_t p = 0; p < size; ++p) basis.powers[j * size + p] -= overlap * basis.powers[k * size + p];
      for (std::size_t row = 0; row < z.size(); ++row) {
        basis.values[row * size + j] -= overlap * basis.values[row * size + k];
      }
    }
    double const norm = std::sqrt(inner(j, j));
    // Predictions with too few distinct values carry no polynomial of this order: it stays zero.
    double const factor = norm > 1e-6 ? 1 / norm : 0.0;
    for (std::size_t p = 0; p < size; ++p) basis.powers[j * size + p] *= factor;
    for (std::size_t row = 0; row < z.size(); ++row) basis.values[row * size + j] *= factor;
  }
  return basis;
}

// Coefficients of powers of z from those of the basis, padded with zeros to `order`.
Vector in_powers(Basis const& basis, double const* coefficients, int order) {
  auto const size = static_cast<std::size_t>(basis.order + 1);
  Vector result(static_cast<std::size_t>(order + 1), 0.0);
  for (std::size_t j = 0; j < size; ++j) {
    for (std::size_t p = 0; p < size; ++p) result[p] += coefficients[j] * basis.powers[j * size + p];
  }
  return result;
}

// -log density of one row and its derivatives with respect to log scale, log a, log b and the mode's shift.
struct RowSlopes {
  double value = 0;
  double log_scale = 0;
  double log_a = 0;
  double log_b = 0;
  double mode_shift = 0;
};

RowSlopes row_slopes(NoiseKind kind, double residual, double log_scale, SkewedShape shape, double mode_shift) {
  double const distance = residual * std::exp(-log_scale);
  double const square = distance * distance;
  if (kind == NoiseKind::gaussian) {
    return {0.5 * square + log_scale + 0.5 * std::log(2 * std::numbers::pi), 1 - square, 0, 0, 0};
  }
  if (kind == NoiseKind::cauchy) {
    return {std::log1p(square) + log_scale + std::log(std::numbers::pi), 1 - 2 * square / (1 + square), 0, 0, 0};
  }
  SkewedSlopes const slopes = skewed_t_slopes(shape, distance - mode_shift);
  return {log_scale - slopes.value, 1 + slopes.x * distance, -slopes.log_a, -slopes.log_b, slopes.x};
}

class Likelihood {
 public:
  Likelihood(NoiseKind kind, Rows const& rows, Basis const& basis, double floor)
      : kind_(kind), rows_(rows), basis_(basis), floor_(floor), terms_(static_cast<std::size_t>(basis.order + 1)) {}

  std::size_t polynomials() const { return kind_ == NoiseKind::skewed_t ? 3 : 1; }
  std::size_t size() const { return polynomials() * terms_ + (kind_ == NoiseKind::skewed_t ? 1 : 0); }

  // Mean negative log likelihood times rows, plus the prior about `origin_`.
  double operator()(Vector const& point, Vector& gradient) const {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0;
    for (std::size_t row = 0; row < rows_.size(); ++row) sum += rows_.weight(row) * add_row(row, point, gradient);
    for (std::size_t p = 0; p < point.size(); ++p) {
      double const distance = point[p] - origin_[p];
      sum += 0.5 * prior_weight * distance * distance;
      gradient[p] += prior_weight * distance;
    }
    return sum;
  }

  void set_origin(Vector origin) { origin_ = std::move(origin); }

 private:
  double add_row(std::size_t row, Vector const& point, Vector& gradient) const {
    double const* const terms = basis_.values.data() + row * terms_;
    double logs[3] = {0, 0, 0};
    for (std::size_t j = 0; j < polynomials() * terms_; ++j) logs[j / terms_] += point[j] * terms[j % terms_];
    bool const floored = logs[0] < floor_;
    double const smallest = std::log(SkewedShape::smallest);
    double const largest = std::log(SkewedShape::largest);
    SkewedShape const shape = {std::exp(std::clamp(logs[1], smallest, largest)),
                               std::exp(std::clamp(logs[2], smallest, largest))};
    double const shift = kind_ == NoiseKind::skewed_t ? point.back() : 0.0;
    RowSlopes const slopes =
        row_slopes(kind_, rows_.responses[row] - rows_.predictions[row], std::max(logs[0], floor_), shape, shift);
    double by_log[3] = {floored ? 0.0 : slopes.log_scale, slopes.log_a, slopes.log_b};
    for (int i = 1; i < 3; ++i) {
      if (logs[i] < smallest || logs[i] > largest) by_log[i] = 0;
    }
    double const weight = rows_.weight(row);
    for (std::size_t j = 0; j < polynomials() * terms_; ++j) {
      gradient[j] += weight * by_log[j / terms_] * terms[j % terms_];
    }
    if (kind_ == NoiseKind::skewed_t) gradient.back() += weight * slopes.mode_shift;
    return slopes.value;
  }

  NoiseKind kind_;
  Rows rows_;
  Basis const& basis_;
  double floor_;
  std::size_t terms_;
  Vector origin_;
};

double root_mean_square(Rows const& rows, auto const& value) {
  double sum = 0;
  double total = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sum += rows.weight(row) * value(row) * value(row);
    total += rows.weight(row);
  }
  return std::sqrt(sum / total);
}

double weighted_mean(Rows const& rows, std::span<double const> values) {
  double sum = 0;
  double total = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sum += rows.weight(row) * values[row];
    total += rows.weight(row);
  }
  return sum / total;
}

// Centre, scale and range of the predictions, and z of every row.
Vector standardise(Rows const& rows, NoiseModel& model) {
  Vector sorted(rows.predictions.begin(), rows.predictions.end());
  std::sort(sorted.begin(), sorted.end());
  auto const rank = [&](double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  model.lowest = rank(0.001);
  model.highest = rank(0.999);
  model.centre = weighted_mean(rows, rows.predictions);
  double const spread = root_mean_square(rows, [&](std::size_t row) { return rows.predictions[row] - model.centre; });
  model.scale = spread > 0 ? spread : 1.0;
  Vector z;
  for (double const prediction : rows.predictions) {
    z.push_back((std::clamp(prediction, model.lowest, model.highest) - model.centre) / model.scale);
  }
  return z;
}

}  // namespace

NoiseFit fit_noise(NoiseKind kind, int order, std::span<double const> predictions, std::span<double const> responses,
                   std::span<double const> weights, std::span<double const> standard_errors) {
  Rows const rows{predictions, responses, weights};
  NoiseFit fit;
  fit.model.kind = kind;
  fit.model.order = kind == NoiseKind::known ? 0 : order;
  fit.converged = true;
  if (kind == NoiseKind::known) {
    double sum = 0;
    double total = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      sum +=
          rows.weight(row) * fit.model.negative_log_likelihood(responses[row], predictions[row], standard_errors[row]);
      total += rows.weight(row);
    }
    fit.negative_log_likelihood = total > 0 ? sum / total : 0.0;
    return fit;
  }
  double const mean = weighted_mean(rows, responses);
  double const spread = root_mean_square(rows, [&](std::size_t row) { return responses[row] - mean; });
  double const floor = std::log(std::max(1e-9 * spread, 1e-150));
  double const error = root_mean_square(rows, [&](std::size_t row) { return responses[row] - predictions[row]; });
  Vector const z = standardise(rows, fit.model);
  int const affordable = static_cast<int>(static_cast<double>(rows.size()) / rows_per_coefficient) - 1;
  fit.order = std::clamp(affordable, 0, order);
  Basis const basis = orthonormal_basis(z, rows, fit.order);
  Likelihood likelihood(kind, rows, basis, floor);

  auto const terms = static_cast<std::size_t>(fit.order + 1);
  Vector start(likelihood.size(), 0.0);
  Vector inverse_hessian(start.size(), 5.0 / static_cast<double>(rows.size()));
  // Half of the rows lie within 0.67 standard deviations of a normal, within one half width of a Cauchy.
  start[0] = std::max(std::log(std::max(error, 1e-150)), floor) - (kind == NoiseKind::cauchy ? 0.4 : 0.0);
  for (std::size_t j = 0; j < terms; ++j) inverse_hessian[j] = 1.0 / static_cast<double>(rows.size());
  if (kind == NoiseKind::skewed_t) {
    start[terms] = start[2 * terms] = std::log(4.0);
    // Student's t with 8 degrees of freedom in the scale of Jones and Faddy has variance 4/3 of the scale's square.
    start[0] -= 0.14;
  }
  likelihood.set_origin(start);
  Minimum const minimum = minimise([&](Vector const& point, Vector& gradient) { return likelihood(point, gradient); },
                                   start, inverse_hessian, 1.0, 1e-7 * static_cast<double>(rows.size()));
  fit.iterations = minimum.iterations;
  fit.converged = minimum.converged;
  fit.model.log_scale = in_powers(basis, minimum.point.data(), order);
  if (kind == NoiseKind::skewed_t) {
    fit.model.log_a = in_powers(basis, minimum.point.data() + terms, order);
    fit.model.log_b = in_powers(basis, minimum.point.data() + 2 * terms, order);
    fit.model.mode_shift = minimum.point.back();
  }
  double sum = 0;
  double total = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sum += rows.weight(row) * fit.model.negative_log_likelihood(responses[row], predictions[row]);
    total += rows.weight(row);
  }
  fit.negative_log_likelihood = sum / total;
  return fit;
}

}  // namespace shoal::surrogate
