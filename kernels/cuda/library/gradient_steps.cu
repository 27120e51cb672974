// SPDX-License-Identifier: MIT
#include "kernels/library/gradient_steps.hpp"

#include "kernels/common/gradient_steps.hpp"
#include "kernels/cuda/fixed_sum.cuh"

namespace shoal::kernels {

namespace {

using common::block_lanes;

// One block per part and column: the sum of this part's items, and of what all blocks find there.
template <class Function>
__device__ void sum_part(std::int64_t count, double* lanes, double* parts, Function const& f) {
  std::int64_t const first = static_cast<std::int64_t>(blockIdx.x) * items_per_part;
  std::int64_t const present = count - first < items_per_part ? count - first : items_per_part;
  double const sum = cuda::block_sum(present, lanes, [&](std::int64_t i) { return f(first + i); });
  if (threadIdx.x == 0) parts[static_cast<std::int64_t>(blockIdx.y) * gridDim.x + blockIdx.x] = sum;
}

// By one block per column.
__device__ double sum_of_parts(std::int64_t count, double* lanes, double const* parts) {
  std::int64_t const number = sum_parts(count);
  double const* const own = parts + static_cast<std::int64_t>(blockIdx.x) * number;
  return cuda::block_sum(number, lanes, [&](std::int64_t i) { return own[i]; });
}

__global__ void __launch_bounds__(cuda::default_threads)
    constant_kernel(double const* sums, double const* constant, MatrixView<double> values) {
  std::int64_t const items = values.rows * values.columns;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    std::int64_t const column = item % values.columns;
    values.data[item / values.columns * values.stride + column] = constant[column] + sums[item];
  }
}

__global__ void __launch_bounds__(cuda::default_threads)
    pad_kernel(MatrixView<double const> values, std::int64_t before, std::int64_t after, double* padded) {
  std::int64_t const items = (before + values.rows + after) * values.columns;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    std::int64_t const row = item / values.columns - before;
    bool const inside = row >= 0 && row < values.rows;
    padded[item] = inside ? values.data[row * values.stride + item % values.columns] : 0.0;
  }
}

__global__ void __launch_bounds__(block_lanes)
    row_parts_kernel(double const* weights, MatrixView<double const> values, double* parts) {
  __shared__ double lanes[block_lanes];
  std::int64_t const column = blockIdx.y;
  sum_part(values.rows, lanes, parts, [&](std::int64_t row) {
    double const value = values.data[row * values.stride + column];
    return weights == nullptr ? value : weights[row] * value;
  });
}

__global__ void __launch_bounds__(block_lanes) totals_kernel(std::int64_t count, double const* parts, double* totals) {
  __shared__ double lanes[block_lanes];
  double const sum = sum_of_parts(count, lanes, parts);
  if (threadIdx.x == 0) totals[blockIdx.x] = sum;
}

__global__ void __launch_bounds__(cuda::default_threads)
    centre_rows_kernel(double const* weights, double total, MatrixView<double> values, double const* totals) {
  std::int64_t const items = values.rows * values.columns;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    std::int64_t const row = item / values.columns;
    std::int64_t const column = item % values.columns;
    double& value = values.data[row * values.stride + column];
    double const centred = value - totals[column] / total;
    value = weights == nullptr ? centred : weights[row] * centred;
  }
}

__global__ void __launch_bounds__(cuda::default_threads)
    add_scaled_kernel(double const* factors, MatrixView<double const> terms, double* products) {
  std::int64_t const items = terms.rows * terms.columns;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    std::int64_t const column = item % terms.columns;
    products[item] += factors[column] * terms.data[item / terms.columns * terms.stride + column];
  }
}

__global__ void __launch_bounds__(block_lanes) square_parts_kernel(GradientVectors vectors) {
  __shared__ double lanes[block_lanes];
  std::int64_t const column = blockIdx.y;
  sum_part(vectors.size, lanes, vectors.parts, [&](std::int64_t i) { return common::square_of(vectors, i, column); });
}

__global__ void __launch_bounds__(block_lanes) curvature_parts_kernel(GradientVectors vectors) {
  __shared__ double lanes[block_lanes];
  std::int64_t const column = blockIdx.y;
  sum_part(vectors.size, lanes, vectors.parts,
           [&](std::int64_t i) { return common::curvature_of(vectors, i, column); });
  sum_part(vectors.size, lanes, vectors.parts + sum_parts(vectors.size) * vectors.columns,
           [&](std::int64_t i) { return common::expected_curvature(vectors, i, column); });
}

// The right-hand sides' own squares.
__global__ void __launch_bounds__(block_lanes) side_kernel(GradientVectors vectors) {
  __shared__ double lanes[block_lanes];
  double const sum = sum_of_parts(vectors.size, lanes, vectors.parts);
  if (threadIdx.x > 0) return;
  GradientColumn state;
  state.side_norm = sum;
  vectors.states[blockIdx.x] = state;
}

__global__ void __launch_bounds__(block_lanes) first_squares_kernel(GradientVectors vectors) {
  __shared__ double lanes[block_lanes];
  double const sum = sum_of_parts(vectors.size, lanes, vectors.parts);
  if (threadIdx.x > 0) return;
  GradientColumn& state = vectors.states[blockIdx.x];
  state.squares = sum;
  state.active = common::is_above(state, vectors.tolerance) ? 1 : 0;
}

__global__ void __launch_bounds__(block_lanes) step_kernel(GradientVectors vectors) {
  __shared__ double lanes[block_lanes];
  double const curvature = sum_of_parts(vectors.size, lanes, vectors.parts);
  double const expected = sum_of_parts(vectors.size, lanes, vectors.parts + sum_parts(vectors.size) * vectors.columns);
  if (threadIdx.x == 0) common::choose_step(curvature, expected, vectors.states[blockIdx.x]);
}

__global__ void __launch_bounds__(block_lanes) end_kernel(GradientVectors vectors) {
  __shared__ double lanes[block_lanes];
  double const squares = sum_of_parts(vectors.size, lanes, vectors.parts);
  if (threadIdx.x == 0) common::end_step(squares, vectors.tolerance, vectors.states[blockIdx.x]);
}

// Calls f(i, column) for this thread's entries.
template <class Function>
__device__ void each(GradientVectors const& vectors, Function const& f) {
  std::int64_t const items = vectors.size * vectors.columns;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    f(item / vectors.columns, item % vectors.columns);
  }
}

__global__ void __launch_bounds__(cuda::default_threads) subtract_kernel(GradientVectors vectors) {
  each(vectors, [&](std::int64_t i, std::int64_t column) { common::subtract_product(vectors, i, column); });
}

__global__ void __launch_bounds__(cuda::default_threads) first_direction_kernel(GradientVectors vectors) {
  each(vectors, [&](std::int64_t i, std::int64_t column) { common::set_direction(vectors, i, column); });
}

__global__ void __launch_bounds__(cuda::default_threads) take_step_kernel(GradientVectors vectors) {
  each(vectors, [&](std::int64_t i, std::int64_t column) { common::take_step(vectors, i, column); });
}

__global__ void __launch_bounds__(cuda::default_threads) turn_kernel(GradientVectors vectors) {
  each(vectors, [&](std::int64_t i, std::int64_t column) { common::turn(vectors, i, column); });
}

__global__ void __launch_bounds__(cuda::default_threads)
    choose_columns_kernel(MatrixView<double const> from, ColumnChoice choice, double* to) {
  std::int64_t const items = from.rows * choice.count;
  for (std::int64_t item = cuda::global_thread(); item < items; item += cuda::global_threads()) {
    to[item] = from.data[item / choice.count * from.stride + choice.columns[item % choice.count]];
  }
}

// A block per part and column, and one per column.
cuda::LaunchShape over_parts(std::int64_t count, std::int64_t columns) {
  return {dim3(static_cast<unsigned>(sum_parts(count)), static_cast<unsigned>(columns)), dim3(block_lanes), 0};
}
cuda::LaunchShape over_columns(std::int64_t columns) {
  return {dim3(static_cast<unsigned>(columns)), dim3(block_lanes), 0};
}
cuda::LaunchShape over_entries(GradientVectors const& vectors) {
  return cuda::one_thread_each(vectors.size * vectors.columns);
}

// totals [columns] = the weighted sums of values.
void sum_rows(CudaSpace const& space, double const* weights, MatrixView<double const> values, double* totals,
              double* parts) {
  cuda::launch(space, "parts of row sums", over_parts(values.rows, values.columns), row_parts_kernel, weights, values,
               parts);
  cuda::launch(space, "row sums", over_columns(values.columns), totals_kernel, values.rows, parts, totals);
}

void sum_squares(CudaSpace const& space, GradientVectors const& vectors) {
  cuda::launch(space, "parts of residuals", over_parts(vectors.size, vectors.columns), square_parts_kernel, vectors);
}

}  // namespace

void add_constant(CudaSpace const& space, double const* sums, double const* constant, MatrixView<double> values) {
  cuda::launch(space, "values of rows", cuda::one_thread_each(values.rows * values.columns), constant_kernel, sums,
               constant, values);
}

void pad_rows(CudaSpace const& space, MatrixView<double const> values, std::int64_t before, std::int64_t after,
              double* padded, double* totals, double* parts) {
  cuda::launch(space, "padded rows", cuda::one_thread_each((before + values.rows + after) * values.columns), pad_kernel,
               values, before, after, padded);
  if (values.rows > 0) return sum_rows(space, nullptr, values, totals, parts);
  cuda::check(
      cudaMemsetAsync(totals, 0, static_cast<std::size_t>(values.columns) * sizeof(double), cuda::stream_of(space)),
      "clearing row sums");
}

void centre_rows(CudaSpace const& space, double const* weights, double total, MatrixView<double> values, double* totals,
                 double* parts) {
  if (values.rows == 0) return;
  sum_rows(space, weights, {values.data, values.rows, values.columns, values.stride}, totals, parts);
  cuda::launch(space, "centred rows", cuda::one_thread_each(values.rows * values.columns), centre_rows_kernel, weights,
               total, values, totals);
}

void add_scaled(CudaSpace const& space, double const* factors, MatrixView<double const> terms, double* products) {
  if (terms.rows == 0) return;
  cuda::launch(space, "scaled terms", cuda::one_thread_each(terms.rows * terms.columns), add_scaled_kernel, factors,
               terms, products);
}

void start_gradients(CudaSpace const& space, GradientVectors const& vectors, bool has_guess) {
  if (vectors.size == 0) return;
  sum_squares(space, vectors);
  cuda::launch(space, "squares of sides", over_columns(vectors.columns), side_kernel, vectors);
  if (has_guess) {
    cuda::launch(space, "first residual", over_entries(vectors), subtract_kernel, vectors);
    sum_squares(space, vectors);
  }
  cuda::launch(space, "first squares", over_columns(vectors.columns), first_squares_kernel, vectors);
  cuda::launch(space, "first direction", over_entries(vectors), first_direction_kernel, vectors);
}

void step_gradients(CudaSpace const& space, GradientVectors const& vectors) {
  if (vectors.size == 0) return;
  cuda::launch(space, "parts of curvatures", over_parts(vectors.size, vectors.columns), curvature_parts_kernel,
               vectors);
  cuda::launch(space, "length of a step", over_columns(vectors.columns), step_kernel, vectors);
  cuda::launch(space, "step", over_entries(vectors), take_step_kernel, vectors);
  sum_squares(space, vectors);
  cuda::launch(space, "end of a step", over_columns(vectors.columns), end_kernel, vectors);
  cuda::launch(space, "new direction", over_entries(vectors), turn_kernel, vectors);
}

void choose_columns(CudaSpace const& space, MatrixView<double const> from, ColumnChoice const& choice, double* to) {
  if (from.rows * choice.count == 0) return;
  cuda::launch(space, "chosen columns", cuda::one_thread_each(from.rows * choice.count), choose_columns_kernel, from,
               choice, to);
}

}  // namespace shoal::kernels
