// SPDX-License-Identifier: MIT
#include "kernels/library/ridge_path.hpp"

#include <cmath>
#include <vector>

#include "kernels/common/fixed_sum.hpp"
#include "kernels/common/ridge_path.hpp"

namespace shoal::kernels {

namespace {

using common::block_lanes;
using common::fixed_sum;
using common::warp_lanes;

// The shares of `image` along the vectors 0 … step are written to `shares` and taken away from it.
void take_shares(KrylovSpaces const& spaces, int step, std::int64_t system, double* image, double* shares) {
  for (int vector = 0; vector <= step; ++vector) {
    double const* const along = spaces.vector(vector, system);
    shares[vector] = fixed_sum<warp_lanes>(spaces.size, [&](std::int64_t i) { return along[i] * image[i]; });
  }
  for (std::int64_t i = 0; i < spaces.size; ++i) {
    image[i] = common::without_shares(spaces, step, system, shares, i, image[i]);
  }
}

double length_of(double const* vector, std::int64_t size) {
  return std::sqrt(fixed_sum<block_lanes>(size, [&](std::int64_t i) { return vector[i] * vector[i]; }));
}

void one_step(KrylovSpaces const& spaces, int step, std::int64_t system) {
  double const* const matrix = spaces.matrices + system / spaces.per_group * spaces.size * spaces.size;
  double const* const vector = spaces.vector(step, system);
  double* const next = spaces.vector(step + 1, system);
  for (std::int64_t row = 0; row < spaces.size; ++row) {
    double const* const entries = matrix + row * spaces.size;
    next[row] = fixed_sum<warp_lanes>(spaces.size, [&](std::int64_t i) { return entries[i] * vector[i]; });
  }
  double const image_length = length_of(next, spaces.size);
  std::vector<double> shares(static_cast<std::size_t>(step) + 1);
  take_shares(spaces, step, system, next, shares.data());
  double const along = shares.back();
  take_shares(spaces, step, system, next, shares.data());
  double const length = length_of(next, spaces.size);
  bool const complete = !(length > common::complete_krylov_space * image_length);
  for (std::int64_t i = 0; i < spaces.size; ++i) next[i] = complete ? 0.0 : next[i] / length;
  double* const projected = spaces.projected + (system * spaces.most_steps + step) * 2;
  projected[0] = along + shares.back();
  projected[1] = complete ? 0.0 : length;
}

}  // namespace

void centre_scores(CpuSpace const& space, float const* scores, std::int64_t mutants, double const* centres,
                   MatrixView<double> values) {
  std::int64_t const tasks = values.columns - 1;
#pragma omp parallel for num_threads(space.threads) schedule(static) if (space.threads > 1)
  for (std::int64_t row = 0; row < mutants; ++row) {
    double* const value = values.data + row * values.stride;
    for (std::int64_t task = 0; task < tasks; ++task) {
      value[task] = static_cast<double>(scores[row * tasks + task]) - centres[task];
    }
    value[tasks] = 1.0;
  }
}

void mirror_lower(CpuSpace const&, double* matrices, std::int64_t count, std::int64_t size) {
  for (std::int64_t number = 0; number < count; ++number) {
    double* const matrix = matrices + number * size * size;
    for (std::int64_t row = 0; row < size; ++row) {
      for (std::int64_t column = 0; column < row; ++column) matrix[column * size + row] = matrix[row * size + column];
    }
  }
}

void krylov_step(CpuSpace const& space, KrylovSpaces const& spaces, int step) {
#pragma omp parallel for num_threads(space.threads) schedule(dynamic, 1) if (space.threads > 1)
  for (std::int64_t system = 0; system < spaces.systems(); ++system) one_step(spaces, step, system);
}

void krylov_solutions(CpuSpace const& space, KrylovSpaces const& spaces, int steps, std::int64_t choices,
                      double const* weights, double* coefficients) {
#pragma omp parallel for num_threads(space.threads) schedule(static) if (space.threads > 1)
  for (std::int64_t line = 0; line < spaces.systems() * choices; ++line) {
    for (std::int64_t entry = 0; entry < spaces.size; ++entry) {
      coefficients[line * spaces.size + entry] =
          common::krylov_entry(spaces, steps, line / choices, weights + line * steps, entry);
    }
  }
}

void contrast_effects(CpuSpace const&, MatrixView<double const> coefficients, double const* means,
                      double const* constants, std::int32_t const* positions, MatrixView<double> effects,
                      double* offsets) {
  for (std::int64_t column = 0; column < coefficients.rows; ++column) {
    double const* const own = coefficients.data + column * coefficients.stride;
    for (std::int64_t i = 0; i < coefficients.columns / 3; ++i) {
      common::write_effects(own + 3 * i, effects.data + 3 * std::int64_t{positions[i]} * effects.stride + column,
                            effects.stride);
    }
    offsets[column] = constants[column] -
                      fixed_sum<block_lanes>(coefficients.columns, [&](std::int64_t i) { return means[i] * own[i]; });
  }
}

void pair_moments(CpuSpace const& space, MatrixView<double const> observed, std::int64_t columns_per_observed,
                  MatrixView<double const> predicted, double* moments) {
  std::int64_t const rows = predicted.rows;
  auto const count = static_cast<double>(rows);
#pragma omp parallel for num_threads(space.threads) schedule(static) if (space.threads > 1)
  for (std::int64_t column = 0; column < predicted.columns; ++column) {
    auto const y = [&](std::int64_t row) {
      return observed.data[row * observed.stride + column / columns_per_observed];
    };
    auto const p = [&](std::int64_t row) { return predicted.data[row * predicted.stride + column]; };
    double const mean_y = fixed_sum<block_lanes>(rows, y) / count;
    double const mean_p = fixed_sum<block_lanes>(rows, p) / count;
    double* const out = moments + column * moments_per_column;
    out[0] = fixed_sum<block_lanes>(rows, [&](std::int64_t row) { return (y(row) - p(row)) * (y(row) - p(row)); });
    out[1] = fixed_sum<block_lanes>(rows, [&](std::int64_t row) { return (p(row) - mean_p) * (p(row) - mean_p); });
    out[2] = fixed_sum<block_lanes>(rows, [&](std::int64_t row) { return (y(row) - mean_y) * (p(row) - mean_p); });
  }
}

void lower_squares(CpuSpace const&, MatrixView<double const> matrix, double* row_sums, double* sum) {
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    double const* const entries = matrix.data + row * matrix.stride;
    row_sums[row] = fixed_sum<warp_lanes>(row + 1, [&](std::int64_t i) { return entries[i] * entries[i]; });
  }
  *sum = fixed_sum<block_lanes>(matrix.rows, [&](std::int64_t i) { return row_sums[i]; });
}

}  // namespace shoal::kernels
