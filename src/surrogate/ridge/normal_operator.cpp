// SPDX-License-Identifier: MIT
#include "surrogate/ridge/normal_operator.hpp"

#include <span>

#include "base/index.hpp"
#include "kernels/library/gradient_steps.hpp"

namespace shoal::surrogate {

namespace {

device::Buffer<double> on(device::Backend const& backend, std::span<double const> values) {
  return {backend, values};
}

}  // namespace

NormalOperator::NormalOperator(RidgeProblem const& problem)
    : problem_(problem),
      total_(problem.total_weight()),
      unit_diagonal_(on(backend(), problem.features.layout().penalty_diagonal(problem.penalty(1.0)))),
      totals_(backend(), kernels::most_mutation_columns) {
  std::vector<double> weights;
  if (!problem.observations.weights.empty()) {
    for (std::int64_t row = problem.rows.begin; row < problem.rows.end; ++row) weights.push_back(problem.weight(row));
  }
  weights_ = on(backend(), weights);
}

void NormalOperator::multiply(double const* lambdas, std::int64_t columns, double const* vectors, double* products) {
  std::int64_t const rows = problem_.rows.size();
  values_.reserve(backend(), at(rows * columns));
  penalised_.reserve(backend(), at(size() * columns));
  parts_.reserve(backend(), at(kernels::sum_parts(rows) * columns));
  Coefficients const in{vectors, size(), columns, columns};
  kernels::MatrixView<double> const values{values_.data(), rows, columns, columns};
  kernels::MatrixView<double> const penalised{penalised_.data(), size(), columns, columns};
  double const* const weights = weights_.size() == 0 ? nullptr : weights_.data();
  problem_.features.multiply_there(problem_.rows, in, values);
  dispatch(backend(), [&](auto const& space) {
    kernels::centre_rows(space, weights, total_, values, totals_.data(), parts_.data());
  });
  problem_.features.multiply_transposed_there(problem_.rows, {values_.data(), rows, columns, columns},
                                              {products, size(), columns, columns});
  problem_.features.multiply_penalty_there(problem_.penalty(1.0), in, penalised);
  dispatch(backend(), [&](auto const& space) {
    kernels::add_scaled(space, lambdas, {penalised_.data(), size(), columns, columns}, products);
  });
}

std::vector<double> NormalOperator::multiply(double lambda, std::vector<double> const& vector) {
  device::Buffer<double> const lambdas = on(backend(), {&lambda, 1});
  device::Buffer<double> const in = on(backend(), vector);
  device::Buffer<double> products(backend(), vector.size());
  multiply(lambdas.data(), 1, in.data(), products.data());
  return products.to_host();
}

}  // namespace shoal::surrogate
