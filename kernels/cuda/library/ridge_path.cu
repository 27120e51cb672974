// SPDX-License-Identifier: MIT
#include "kernels/library/ridge_path.hpp"

#include "kernels/common/ridge_path.hpp"
#include "kernels/cuda/fixed_sum.cuh"

namespace shoal::kernels {

namespace {

using common::block_lanes;
using common::warp_lanes;

constexpr unsigned warps = block_lanes / warp_lanes;

__global__ void __launch_bounds__(cuda::default_threads)
    centre_kernel(float const* scores, std::int64_t mutants, double const* centres, MatrixView<double> values) {
  std::int64_t const columns = values.columns;
  for (std::int64_t item = cuda::global_thread(); item < mutants * columns; item += cuda::global_threads()) {
    std::int64_t const row = item / columns;
    std::int64_t const task = item % columns;
    values.data[row * values.stride + task] =
        task + 1 == columns ? 1.0 : static_cast<double>(scores[row * (columns - 1) + task]) - centres[task];
  }
}

__global__ void __launch_bounds__(cuda::default_threads)
    mirror_kernel(double* matrices, std::int64_t count, std::int64_t size) {
  for (std::int64_t item = cuda::global_thread(); item < count * size * size; item += cuda::global_threads()) {
    std::int64_t const row = item / size % size;
    std::int64_t const column = item % size;
    double* const matrix = matrices + item / (size * size) * size * size;
    if (column > row) matrix[row * size + column] = matrix[column * size + row];
  }
}

// One warp per row of a system's image, which goes where the next vector will be.
__global__ void __launch_bounds__(block_lanes) image_kernel(KrylovSpaces spaces, int step) {
  std::int64_t const row = static_cast<std::int64_t>(blockIdx.x) * warps + threadIdx.x / warp_lanes;
  std::int64_t const system = blockIdx.y;
  if (row >= spaces.size) return;
  double const* const entries = spaces.matrices + (system / spaces.per_group * spaces.size + row) * spaces.size;
  double const* const vector = spaces.vector(step, system);
  unsigned const lane = threadIdx.x % warp_lanes;
  double const sum = cuda::warp_sum(spaces.size, lane, [&](std::int64_t i) { return entries[i] * vector[i]; });
  if (lane == 0) spaces.vector(step + 1, system)[row] = sum;
}

// One block per system. Warps take the shares along the vectors in turn.
__global__ void __launch_bounds__(block_lanes) orthogonal_kernel(KrylovSpaces spaces, int step) {
  __shared__ double lanes[block_lanes];
  __shared__ double shares[most_krylov_steps];
  std::int64_t const system = blockIdx.x;
  std::int64_t const size = spaces.size;
  double* const next = spaces.vector(step + 1, system);
  auto const square = [&](std::int64_t i) { return next[i] * next[i]; };
  double const image_length = sqrt(cuda::block_sum(size, lanes, square));
  double diagonal = 0.0;
  for (int pass = 0; pass < 2; ++pass) {
    for (int vector = static_cast<int>(threadIdx.x / warp_lanes); vector <= step; vector += warps) {
      double const* const along = spaces.vector(vector, system);
      double const share =
          cuda::warp_sum(size, threadIdx.x % warp_lanes, [&](std::int64_t i) { return along[i] * next[i]; });
      if (threadIdx.x % warp_lanes == 0) shares[vector] = share;
    }
    __syncthreads();
    diagonal += shares[step];
    for (std::int64_t i = threadIdx.x; i < size; i += block_lanes) {
      next[i] = common::without_shares(spaces, step, system, shares, i, next[i]);
    }
    __syncthreads();
  }
  double const length = sqrt(cuda::block_sum(size, lanes, square));
  bool const complete = !(length > common::complete_krylov_space * image_length);
  for (std::int64_t i = threadIdx.x; i < size; i += block_lanes) next[i] = complete ? 0.0 : next[i] / length;
  if (threadIdx.x == 0) {
    double* const projected = spaces.projected + (system * spaces.most_steps + step) * 2;
    projected[0] = diagonal;
    projected[1] = complete ? 0.0 : length;
  }
}

__global__ void __launch_bounds__(cuda::default_threads)
    solutions_kernel(KrylovSpaces spaces, int steps, std::int64_t choices, double const* weights,
                     double* coefficients) {
  std::int64_t const items = spaces.systems() * choices * spaces.size;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    std::int64_t const line = item / spaces.size;
    coefficients[item] =
        common::krylov_entry(spaces, steps, line / choices, weights + line * steps, item % spaces.size);
  }
}

// One block per column.
__global__ void __launch_bounds__(block_lanes)
    effects_kernel(MatrixView<double const> coefficients, double const* means, double const* constants,
                   std::int32_t const* positions, MatrixView<double> effects, double* offsets) {
  __shared__ double lanes[block_lanes];
  std::int64_t const column = blockIdx.x;
  double const* const own = coefficients.data + column * coefficients.stride;
  for (std::int64_t i = threadIdx.x; i < coefficients.columns / 3; i += block_lanes) {
    common::write_effects(own + 3 * i, effects.data + 3 * std::int64_t{positions[i]} * effects.stride + column,
                          effects.stride);
  }
  double const sum = cuda::block_sum(coefficients.columns, lanes, [&](std::int64_t i) { return means[i] * own[i]; });
  if (threadIdx.x == 0) offsets[column] = constants[column] - sum;
}

// One block per column.
__global__ void __launch_bounds__(block_lanes)
    moments_kernel(MatrixView<double const> observed, std::int64_t columns_per_observed,
                   MatrixView<double const> predicted, double* moments) {
  __shared__ double lanes[block_lanes];
  std::int64_t const column = blockIdx.x;
  std::int64_t const rows = predicted.rows;
  double const* const first = observed.data + column / columns_per_observed;
  auto const y = [&](std::int64_t row) { return first[row * observed.stride]; };
  auto const p = [&](std::int64_t row) { return predicted.data[row * predicted.stride + column]; };
  double const mean_y = cuda::block_sum(rows, lanes, y) / static_cast<double>(rows);
  double const mean_p = cuda::block_sum(rows, lanes, p) / static_cast<double>(rows);
  double const residuals =
      cuda::block_sum(rows, lanes, [&](std::int64_t row) { return (y(row) - p(row)) * (y(row) - p(row)); });
  double const squares =
      cuda::block_sum(rows, lanes, [&](std::int64_t row) { return (p(row) - mean_p) * (p(row) - mean_p); });
  double const together =
      cuda::block_sum(rows, lanes, [&](std::int64_t row) { return (y(row) - mean_y) * (p(row) - mean_p); });
  if (threadIdx.x > 0) return;
  moments[column * moments_per_column] = residuals;
  moments[column * moments_per_column + 1] = squares;
  moments[column * moments_per_column + 2] = together;
}

// One warp per row.
__global__ void __launch_bounds__(block_lanes) row_squares_kernel(MatrixView<double const> matrix, double* row_sums) {
  std::int64_t const row = static_cast<std::int64_t>(blockIdx.x) * warps + threadIdx.x / warp_lanes;
  if (row >= matrix.rows) return;
  double const* const entries = matrix.data + row * matrix.stride;
  unsigned const lane = threadIdx.x % warp_lanes;
  double const sum = cuda::warp_sum(row + 1, lane, [&](std::int64_t i) { return entries[i] * entries[i]; });
  if (lane == 0) row_sums[row] = sum;
}

__global__ void __launch_bounds__(block_lanes) total_kernel(double const* values, std::int64_t count, double* sum) {
  __shared__ double lanes[block_lanes];
  double const total = cuda::block_sum(count, lanes, [&](std::int64_t i) { return values[i]; });
  if (threadIdx.x == 0) *sum = total;
}

unsigned warp_blocks(std::int64_t rows) {
  return cuda::blocks_for(rows, warps);
}

}  // namespace

void centre_scores(CudaSpace const& space, float const* scores, std::int64_t mutants, double const* centres,
                   MatrixView<double> values) {
  cuda::launch(space, "centred scores", cuda::one_thread_each(mutants * values.columns), centre_kernel, scores, mutants,
               centres, values);
}

void mirror_lower(CudaSpace const& space, double* matrices, std::int64_t count, std::int64_t size) {
  if (count * size == 0) return;
  cuda::launch(space, "mirrored triangles", cuda::one_thread_each(count * size * size), mirror_kernel, matrices, count,
               size);
}

void krylov_step(CudaSpace const& space, KrylovSpaces const& spaces, int step) {
  auto const systems = static_cast<unsigned>(spaces.systems());
  if (systems == 0 || spaces.size == 0) return;
  cuda::launch(space, "Krylov image", {dim3(warp_blocks(spaces.size), systems), dim3(block_lanes), 0}, image_kernel,
               spaces, step);
  cuda::launch(space, "Krylov step", {dim3(systems), dim3(block_lanes), 0}, orthogonal_kernel, spaces, step);
}

void krylov_solutions(CudaSpace const& space, KrylovSpaces const& spaces, int steps, std::int64_t choices,
                      double const* weights, double* coefficients) {
  std::int64_t const items = spaces.systems() * choices * spaces.size;
  if (items == 0) return;
  cuda::launch(space, "Krylov solutions", cuda::one_thread_each(items), solutions_kernel, spaces, steps, choices,
               weights, coefficients);
}

void contrast_effects(CudaSpace const& space, MatrixView<double const> coefficients, double const* means,
                      double const* constants, std::int32_t const* positions, MatrixView<double> effects,
                      double* offsets) {
  if (coefficients.rows == 0) return;
  cuda::launch(space, "contrast effects", {dim3(static_cast<unsigned>(coefficients.rows)), dim3(block_lanes), 0},
               effects_kernel, coefficients, means, constants, positions, effects, offsets);
}

void pair_moments(CudaSpace const& space, MatrixView<double const> observed, std::int64_t columns_per_observed,
                  MatrixView<double const> predicted, double* moments) {
  if (predicted.columns == 0) return;
  cuda::launch(space, "moments of predictions", {dim3(static_cast<unsigned>(predicted.columns)), dim3(block_lanes), 0},
               moments_kernel, observed, columns_per_observed, predicted, moments);
}

void lower_squares(CudaSpace const& space, MatrixView<double const> matrix, double* row_sums, double* sum) {
  if (matrix.rows == 0) return;
  cuda::launch(space, "squares of a triangle", {dim3(warp_blocks(matrix.rows)), dim3(block_lanes), 0},
               row_squares_kernel, matrix, row_sums);
  cuda::launch(space, "sum of squares", {dim3(1), dim3(block_lanes), 0}, total_kernel, row_sums, matrix.rows, sum);
}

}  // namespace shoal::kernels
