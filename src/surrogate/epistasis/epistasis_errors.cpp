// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/epistasis_errors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "surrogate/gauge.hpp"
#include "surrogate/ridge/dense_design.hpp"
#include "surrogate/ridge/ridge_matrices.hpp"

namespace shoal::surrogate {

namespace {

using Vector = std::vector<double>;

constexpr kernels::CpuSpace host{1};

double dot(Vector const& a, Vector const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add_outer(double factor, Vector const& left, Vector const& right, double* block, std::int64_t stride) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    double* const row = block + static_cast<std::int64_t>(i) * stride;
    for (std::size_t j = 0; j < right.size(); ++j) row[j] += factor * left[i] * right[j];
  }
}

Vector times_features(FeatureOperator const& features, kernels::RowRange rows, Vector const& values) {
  Vector sums(static_cast<std::size_t>(features.parameters()), 0.0);
  features.multiply_transposed(rows, {values.data(), rows.size(), 1, 1}, {sums.data(), features.parameters(), 1, 1});
  return sums;
}

// The matrices of a linearised fit, [size, size]: coefficients first, then the curve's parameters.
class Sandwich {
 public:
  Sandwich(FittedLatent const& fitted, Observations const& observations)
      : fitted_(fitted),
        observations_(observations),
        features_(*fitted.rows.features),
        problem_(fitted.rows, fitted.shape, fitted.penalty),
        at_(problem_.linearised(fitted.fit.coefficients, fitted.fit.curve, fitted.fit.phi)),
        coefficients_(features_.parameters()),
        curve_(static_cast<std::int64_t>(fitted.shape.size())),
        size_(coefficients_ + curve_) {}

  // Computes the covariance of the coefficients [coefficients, coefficients] and sets residual_variance(). Returns
  // false if no residual degrees of freedom are left.
  bool covariance(Vector& found);
  double residual_variance() const { return residual_variance_; }

 private:
  Vector row_sums(Vector const& weights) const;
  Vector normal_matrix(Vector const& data) const;
  // Overwrites every row b of `sides` with the solution of factor factor^T x = b.
  void solve_rows(Vector& factor, Vector& sides) const {
    linalg::cholesky_solve(host, square(factor, size_), {sides.data(), size_, size_, size_});
  }
  Vector transposed(Vector const& matrix) const {
    Vector turned(matrix.size());
    for (std::int64_t i = 0; i < size_; ++i) {
      for (std::int64_t j = 0; j < size_; ++j) turned[j * size_ + i] = matrix[i * size_ + j];
    }
    return turned;
  }

  FittedLatent const& fitted_;
  Observations const& observations_;
  FeatureOperator const& features_;
  LatentProblem problem_;
  LinearisedLatent at_;
  std::int64_t coefficients_;
  std::int64_t curve_;
  std::int64_t size_;
  double residual_variance_ = 0;
};

// Σ over rows of weight J J^T.
Vector Sandwich::row_sums(Vector const& weights) const {
  kernels::RowRange const range = fitted_.rows.range;
  Vector sums(static_cast<std::size_t>(size_ * size_), 0.0);
  Vector sloped(static_cast<std::size_t>(observations_.rows()), 0.0);
  for (std::int64_t i = 0; i < range.size(); ++i) sloped[range.begin + i] = weights[i] * at_.slopes[i] * at_.slopes[i];
  Observations weighted = observations_;
  weighted.weights = sloped;
  RidgeProblem const moments{features_, weighted, range};
  double const total = moments.total_weight();
  if (total > 0) {
    Vector const means = feature_means(moments);
    Vector const centred = feature_gram(moments, means);
    for (std::int64_t i = 0; i < coefficients_; ++i) {
      for (std::int64_t j = 0; j <= i; ++j) {
        double const value = centred[i * coefficients_ + j] + total * means[i] * means[j];
        sums[i * size_ + j] = sums[j * size_ + i] = value;
      }
    }
  }
  Vector values(static_cast<std::size_t>(range.size()));
  for (std::int64_t p = 0; p < curve_; ++p) {
    for (std::int64_t i = 0; i < range.size(); ++i) {
      values[i] = weights[i] * at_.slopes[i] * at_.jacobian[i * curve_ + p];
    }
    Vector const cross = times_features(features_, range, values);
    std::int64_t const place = coefficients_ + p;
    for (std::int64_t i = 0; i < coefficients_; ++i) sums[i * size_ + place] = sums[place * size_ + i] = cross[i];
    for (std::int64_t q = 0; q <= p; ++q) {
      double sum = 0;
      for (std::int64_t i = 0; i < range.size(); ++i) {
        sum += weights[i] * at_.jacobian[i * curve_ + p] * at_.jacobian[i * curve_ + q];
      }
      sums[place * size_ + coefficients_ + q] = sums[(coefficients_ + q) * size_ + place] = sum;
    }
  }
  return sums;
}

// The Gauss-Newton matrix: `data`, which is Σ w J J^T, and the penalties.
Vector Sandwich::normal_matrix(Vector const& data) const {
  Vector matrix = data;
  double* const latent = matrix.data();
  double* const below = latent + coefficients_ * size_;
  Vector const ridge = dense_penalty(features_.layout(), fitted_.penalty.coefficients, 1);
  double const scale = at_.scale;
  for (std::int64_t i = 0; i < coefficients_; ++i) {
    for (std::int64_t j = 0; j < coefficients_; ++j) {
      double const penalty = i >= j ? ridge[i * coefficients_ + j] : ridge[j * coefficients_ + i];
      latent[i * size_ + j] += scale * scale * penalty;
    }
  }
  add_outer(scale, at_.penalised, at_.scale_by_latent, latent, size_);
  add_outer(scale, at_.scale_by_latent, at_.penalised, latent, size_);
  add_outer(at_.ridge, at_.scale_by_latent, at_.scale_by_latent, latent, size_);
  add_outer(scale, at_.scale_by_curve, at_.penalised, below, size_);
  add_outer(at_.ridge, at_.scale_by_curve, at_.scale_by_latent, below, size_);
  for (std::int64_t p = 0; p < curve_; ++p) {
    for (std::int64_t q = 0; q < curve_; ++q) {
      below[p * size_ + coefficients_ + q] = at_.curve_matrix[static_cast<std::size_t>(p * curve_ + q)];
    }
  }
  return matrix;
}

bool Sandwich::covariance(Vector& found) {
  constexpr double least_degrees = 1e-6;
  Vector const& weights = fitted_.rows.weights;
  Vector squares;
  for (std::size_t i = 0; i < weights.size(); ++i) squares.push_back(std::pow(weights[i] * at_.residuals[i], 2));
  Vector shares = row_sums(weights);
  Vector factor = normal_matrix(shares);
  factor_or_refuse(factor, size_, fitted_.penalty.coefficients.additive);
  solve_rows(factor, shares);  // row i: A^-1 G e_i
  double freedom = 0;
  for (std::int64_t i = 0; i < size_; ++i) freedom += shares[i * size_ + i];
  double const freedom_squared = dot(shares, transposed(shares));
  auto const rows = static_cast<double>(std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; }));
  double const degrees = rows - 2 * freedom + freedom_squared;
  if (!(degrees > least_degrees)) return false;
  Vector spread = row_sums(squares);
  solve_rows(factor, spread);
  spread = transposed(spread);
  solve_rows(factor, spread);
  found.assign(static_cast<std::size_t>(coefficients_ * coefficients_), 0.0);
  for (std::int64_t i = 0; i < coefficients_; ++i) {
    for (std::int64_t j = 0; j < coefficients_; ++j) {
      found[i * coefficients_ + j] = rows / degrees * (spread[i * size_ + j] + spread[j * size_ + i]) / 2;
    }
  }
  residual_variance_ = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    residual_variance_ += weights[i] * at_.residuals[i] * at_.residuals[i] / degrees;
  }
  return true;
}

// Row i of a square matrix times a vector.
Vector product(Vector const& matrix, Vector const& vector) {
  Vector result;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    double const* const row = matrix.data() + i * vector.size();
    result.push_back(std::inner_product(vector.begin(), vector.end(), row, 0.0));
  }
  return result;
}

// The covariance [1 + coefficients, 1 + coefficients] of the constant and the coefficients of (phi - mean) / deviation
// over the rows `standard`, from that of the coefficients.
Vector standardised_covariance(FeatureOperator const& features, kernels::RowRange standard, Vector const& coefficients,
                               Vector const& covariance) {
  auto const size = coefficients.size();
  Vector phi(static_cast<std::size_t>(standard.size()), 0.0);
  features.multiply(standard, {coefficients.data(), static_cast<std::int64_t>(size), 1, 1},
                    {phi.data(), standard.size(), 1, 1});
  auto const rows = static_cast<double>(phi.size());
  double const mean = std::accumulate(phi.begin(), phi.end(), 0.0) / rows;
  for (double& value : phi) value -= mean;
  double const deviation = std::sqrt(dot(phi, phi) / rows);
  // Derivatives of the deviation, and of the constant times the deviation, which is - mean.
  Vector of_deviation = times_features(features, standard, phi);
  for (double& value : of_deviation) value /= rows * deviation;
  Vector of_constant = times_features(features, standard, Vector(phi.size(), 1.0));
  for (std::size_t i = 0; i < size; ++i) of_constant[i] = mean * of_deviation[i] / deviation - of_constant[i] / rows;
  Vector const with_deviation = product(covariance, of_deviation);
  Vector const with_constant = product(covariance, of_constant);
  double const own = dot(of_deviation, with_deviation) / (deviation * deviation);
  double const both = dot(of_constant, with_deviation) / deviation;
  double const unit = 1 / (deviation * deviation);
  Vector result((size + 1) * (size + 1));
  result[0] = unit * dot(of_constant, with_constant);
  for (std::size_t i = 0; i < size; ++i) {
    result[i + 1] = result[(i + 1) * (size + 1)] = unit * (with_constant[i] - coefficients[i] * both);
    for (std::size_t j = 0; j < size; ++j) {
      double const turned = (coefficients[i] * with_deviation[j] + coefficients[j] * with_deviation[i]) / deviation;
      result[(i + 1) * (size + 1) + j + 1] =
          unit * (covariance[i * size + j] - turned + coefficients[i] * coefficients[j] * own);
    }
  }
  return result;
}

// Square roots of the variances of the parameters in a gauge, linear in the constant and the coefficients.
ParameterErrors errors_in_gauge(FeatureOperator const& features, Penalty penalty, Vector const& covariance,
                                int alphabet, std::span<double const> frequencies) {
  auto const size = static_cast<std::size_t>(features.parameters());
  std::vector<std::vector<std::pair<std::size_t, double>>> rows;  // one per parameter: what it takes of each row
  for (std::size_t i = 0; i <= size; ++i) {
    Vector unit(size, 0.0);
    if (i > 0) unit[i - 1] = 1.0;
    Parameters const image =
        fix_gauge(features.layout().parameters_of(i == 0 ? 1.0 : 0.0, {unit.data(), features.parameters(), 1, 1}, 0,
                                                  penalty, alphabet),
                  frequencies);
    rows.resize(1 + image.additive.size() + image.pair_effects.size());
    auto const add = [&](std::size_t parameter, double value) {
      if (value != 0.0) rows[parameter].emplace_back(i, value);
    };
    add(0, image.constant);
    for (std::size_t p = 0; p < image.additive.size(); ++p) add(1 + p, image.additive[p]);
    for (std::size_t p = 0; p < image.pair_effects.size(); ++p) add(1 + frequencies.size() + p, image.pair_effects[p]);
  }
  Vector deviations;
  for (auto const& row : rows) {
    double variance = 0;
    for (auto const& [i, left] : row) {
      for (auto const& [j, right] : row) variance += left * right * covariance[i * (size + 1) + j];
    }
    deviations.push_back(std::sqrt(std::max(variance, 0.0)));
  }
  auto const additive = deviations.begin() + 1;
  auto const pairs = additive + static_cast<std::ptrdiff_t>(frequencies.size());
  return {deviations.front(), {additive, pairs}, {pairs, deviations.end()}, 0.0};
}

}  // namespace

std::optional<ParameterErrors> epistasis_errors(FittedLatent const& fitted, Observations const& observations,
                                                kernels::RowRange standard, std::span<double const> frequencies) {
  FeatureOperator const& features = *fitted.rows.features;
  if (features.parameters() > most_primal_parameters) return std::nullopt;
  Sandwich sandwich(fitted, observations);
  Vector covariance;
  try {
    if (!sandwich.covariance(covariance)) return std::nullopt;
  } catch (Error const& error) {
    if (error.code() != ErrorCode::numeric) throw;
    return std::nullopt;
  }
  Vector const standardised = standardised_covariance(features, standard, fitted.fit.coefficients, covariance);
  ParameterErrors errors =
      errors_in_gauge(features, fitted.penalty.coefficients, standardised, observations.alphabet, frequencies);
  errors.residual_sd = std::sqrt(sandwich.residual_variance());
  return errors;
}

}  // namespace shoal::surrogate
