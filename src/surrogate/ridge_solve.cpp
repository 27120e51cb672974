// SPDX-License-Identifier: MIT
#include "surrogate/ridge_solve.hpp"

#include <utility>

#include "linalg/symmetric.hpp"

namespace shoal::surrogate {

ContrastFit with_offset(ContrastDesign const& design, int left_out, std::int64_t task,
                        std::vector<double> coefficients) {
  std::vector<double> const means = design.contrast_means(left_out);
  double offset = design.response_means(left_out)[static_cast<std::size_t>(task)];
  for (std::size_t i = 0; i < means.size(); ++i) offset -= means[i] * coefficients[i];
  return {offset, std::move(coefficients)};
}

std::vector<ContrastFit> solve_path(ContrastDesign const& design, int left_out, std::vector<double> const& lambdas) {
  std::int64_t const size = design.features();
  device::Backend const& backend = design.backend();
  std::vector<double> const right_sides = design.right_sides(left_out);
  device::Buffer<double> matrix(backend, static_cast<std::size_t>(size * size));
  device::Buffer<double> solutions(backend, right_sides.size());
  linalg::Matrix const normal{matrix.data(), size, size, size};
  std::vector<ContrastFit> fits(static_cast<std::size_t>(design.tasks()) * lambdas.size());
  for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
    design.normal_matrix(left_out, lambdas[choice], normal);
    solutions.copy_from(right_sides);
    dispatch(backend, [&](auto const& space) {
      linalg::cholesky_factor(space, normal);
      linalg::cholesky_solve(space, normal, {solutions.data(), design.tasks(), size, size});
    });
    std::vector<double> const found = solutions.to_host();
    for (std::int64_t task = 0; task < design.tasks(); ++task) {
      fits[static_cast<std::size_t>(task) * lambdas.size() + choice] =
          with_offset(design, left_out, task, {found.begin() + task * size, found.begin() + (task + 1) * size});
    }
  }
  return fits;
}

double degrees_of_freedom(ContrastDesign const& design, double lambda) {
  std::int64_t const size = design.features();
  device::Buffer<double> matrix(design.backend(), static_cast<std::size_t>(size * size));
  linalg::Matrix const normal{matrix.data(), size, size, size};
  design.normal_matrix(-1, lambda, normal);
  double const trace = dispatch(design.backend(), [&](auto const& space) {
    linalg::cholesky_factor(space, normal);
    return linalg::cholesky_inverse_trace(space, normal);
  });
  return 1.0 + static_cast<double>(size) - lambda * trace;
}

}  // namespace shoal::surrogate
