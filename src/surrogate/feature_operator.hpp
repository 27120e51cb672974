// SPDX-License-Identifier: MIT
// The linear map of a surrogate as an operator on coefficients: never a design matrix. Coordinates are orthonormal
// under the training rows' own letter frequencies pi (three functions a DNA position, zero mean and unit variance under
// pi; pair functions are their products), so that the Gram matrix of a random library is close to rows * I (notes on
// surrogates, 3.3): conjugate gradients need tens of iterations, and the ridge penalty is block diagonal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "device/backend.hpp"
#include "kernels/gram.hpp"
#include "kernels/views.hpp"
#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

enum class Interactions { additive, neighbour, pairwise };

// Which features a surrogate has.
struct FeatureOptions {
  Interactions interactions = Interactions::additive;
  std::int64_t maximum_distance = 0;  // of the two positions of a pair; 0: any
  // Pairs with one position in each of two half-open windows only.
  std::optional<std::pair<kernels::RowRange, kernels::RowRange>> between = std::nullopt;

  // Pairs of a sequence of `length`, ascending. Errors: config, naming the option, when a window is outside.
  std::vector<SitePair> pairs(std::int64_t length) const;
};

// One-hot ridge penalties: lambda_additive Σ theta_l,c² + lambda_pair Σ theta_lc,l'c'².
struct Penalty {
  double additive = 0;
  double pair = 0;
};

class FeatureOperator {
 public:
  // Letter frequencies are taken from the training rows (with half a count added to each letter that occurs nowhere).
  // Positions where only one letter occurs in the training rows have no features. Errors: config (FeatureOptions).
  FeatureOperator(device::Backend const& backend, Observations const& observations, FeatureOptions const& options);
  ~FeatureOperator();
  FeatureOperator(FeatureOperator&&) noexcept;
  FeatureOperator& operator=(FeatureOperator&&) noexcept;

  device::Backend const& backend() const;
  std::int64_t rows() const;
  std::int64_t parameters() const;  // coefficients, the constant not counted

  // values [rows of the range, columns] = Phi coefficients [parameters, columns]; no constant.
  void multiply(kernels::RowRange rows, kernels::MatrixView<double const> coefficients,
                kernels::MatrixView<double> values) const;
  // coefficients [parameters, columns] = Phi^T values [rows of the range, columns]. The order of summation depends on
  // the range alone, not on threads.
  void multiply_transposed(kernels::RowRange rows, kernels::MatrixView<double const> values,
                           kernels::MatrixView<double> coefficients) const;

  // products [parameters, columns] = the ridge penalty's matrix times coefficients: lambda |theta|² of the one-hot
  // parameters, minimised over the gauge, is coefficients^T M coefficients.
  void multiply_penalty(Penalty penalty, kernels::MatrixView<double const> coefficients,
                        kernels::MatrixView<double> products) const;
  // solutions = (scale I + M)^-1 right_sides: the preconditioner of scale I = the population's Gram matrix.
  void precondition(double scale, Penalty penalty, kernels::MatrixView<double const> right_sides,
                    kernels::MatrixView<double> solutions) const;

  // phi = constant + Phi coefficients as one-hot parameters in the ridge's own gauge (the one that minimises the
  // penalty over the gauge orbit), exactly the same phi for every sequence.
  Parameters parameters_of(double constant, kernels::MatrixView<double const> coefficients, std::int64_t column,
                           Penalty penalty) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::surrogate
