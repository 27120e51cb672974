// SPDX-License-Identifier: MIT
// The linear map of a surrogate as an operator on coefficients, never as a design matrix. Coordinates are orthonormal
// under the training rows' own letter frequencies pi: three functions per DNA position, with zero mean and unit
// variance under pi, and pair functions that are their products. So the Gram matrix of a random library is close to
// rows * I, conjugate gradients need tens of iterations, and the ridge penalty is block diagonal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "device/backend.hpp"
#include "kernels/library/gram.hpp"
#include "kernels/views.hpp"
#include "surrogate/data/penalty.hpp"
#include "surrogate/features/feature_layout.hpp"
#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

enum class Interactions { additive, neighbour, pairwise };

// Which features a surrogate has.
struct FeatureOptions {
  Interactions interactions = Interactions::additive;
  std::int64_t maximum_distance = 0;  // largest distance of the two positions of a pair; 0: any
  // Only pairs with one position in each of two half-open windows.
  std::optional<std::pair<kernels::RowRange, kernels::RowRange>> between = std::nullopt;

  // Pairs of a sequence of `length`, ascending. Errors: config, naming the option, when a window is outside.
  std::vector<SitePair> pairs(std::int64_t length) const;
};

class FeatureOperator {
 public:
  // Letter frequencies are weighted and counted in the training rows. A letter that occurs only in other rows counts as
  // half a training row; one that occurs in no row has no feature (one-hot ridge gives it 0). Positions where all rows
  // have one letter have no features. Only one thread at a time may use an operator, because it keeps its working
  // memory. Errors: numeric, config (validate, FeatureOptions::pairs, find_sites).
  FeatureOperator(device::Backend const& backend, Observations const& observations, FeatureOptions const& options);
  // The sites of `like`, an operator on the same observations, with the pairs of other options.
  FeatureOperator(FeatureOperator const& like, Observations const& observations, FeatureOptions const& options);
  ~FeatureOperator();
  FeatureOperator(FeatureOperator&&) noexcept;
  FeatureOperator& operator=(FeatureOperator&&) noexcept;

  device::Backend const& backend() const;
  // Where coefficients lie, and their maps to one-hot parameters.
  FeatureLayout const& layout() const;
  std::int64_t rows() const;
  std::int64_t parameters() const;  // coefficients, without the constant

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
  // The same three in the memory of the backend, in the order of its work: no wait, and nothing crosses to the host.
  void multiply_there(kernels::RowRange rows, kernels::MatrixView<double const> coefficients,
                      kernels::MatrixView<double> values) const;
  void multiply_transposed_there(kernels::RowRange rows, kernels::MatrixView<double const> values,
                                 kernels::MatrixView<double> coefficients) const;
  void multiply_penalty_there(Penalty penalty, kernels::MatrixView<double const> coefficients,
                              kernels::MatrixView<double> products) const;

  // solutions = (scale I + diagonal of M)^-1 right_sides: the preconditioner, scale I being the population's Gram
  // matrix and M nearly diagonal (exactly so, when letter frequencies are uniform).
  void precondition(double scale, Penalty penalty, kernels::MatrixView<double const> right_sides,
                    kernels::MatrixView<double> solutions) const;

  // phi = constant + Phi coefficients as one-hot parameters in the ridge's own gauge (the one that minimises the
  // penalty over the gauge orbit), exactly the same phi for every row.
  Parameters parameters_of(double constant, kernels::MatrixView<double const> coefficients, std::int64_t column,
                           Penalty penalty) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::surrogate
