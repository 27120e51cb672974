// SPDX-License-Identifier: MIT
#include "kernels/library/gradient_steps.hpp"

#include <algorithm>

#include "kernels/column_sums.hpp"
#include "kernels/common/gradient_steps.hpp"

namespace shoal::kernels {

namespace {

template <class Function>
ColumnNumbers sums(CpuSpace const& space, GradientVectors const& vectors, Function const& f) {
  return column_sums(vectors.size, static_cast<int>(vectors.columns), space.threads,
                     [&](std::int64_t i, int column) { return f(vectors, i, column); });
}

template <class Function>
void each(CpuSpace const& space, GradientVectors const& vectors, Function const& f) {
  each_entry(vectors.size, static_cast<int>(vectors.columns), space.threads, f);
}

double weight_of(double const* weights, std::int64_t row) {
  return weights == nullptr ? 1.0 : weights[row];
}

}  // namespace

void add_constant(CpuSpace const&, double const* sums, double const* constant, MatrixView<double> values) {
  for (std::int64_t row = 0; row < values.rows; ++row) {
    double const* const sum = sums + row * values.columns;
    double* const value = values.data + row * values.stride;
    for (std::int64_t k = 0; k < values.columns; ++k) value[k] = constant[k] + sum[k];
  }
}

void pad_rows(CpuSpace const&, MatrixView<double const> values, std::int64_t before, std::int64_t after, double* padded,
              double* totals, double*) {
  double* const inside = padded + before * values.columns;
  double* const end = inside + values.rows * values.columns;
  std::fill(padded, inside, 0.0);
  std::fill(end, end + after * values.columns, 0.0);
  std::fill(totals, totals + values.columns, 0.0);
  for (std::int64_t row = 0; row < values.rows; ++row) {
    double const* const value = values.data + row * values.stride;
    double* const copy = inside + row * values.columns;
    for (std::int64_t k = 0; k < values.columns; ++k) {
      copy[k] = value[k];
      totals[k] += value[k];
    }
  }
}

void centre_rows(CpuSpace const& space, double const* weights, double total, MatrixView<double> values, double*,
                 double*) {
  auto const columns = static_cast<int>(values.columns);
  ColumnNumbers const sums = column_sums(values.rows, columns, space.threads, [&](std::int64_t row, int column) {
    return weight_of(weights, row) * values.data[row * values.stride + column];
  });
  each_entry(values.rows, columns, space.threads, [&](std::int64_t row, int column) {
    double& value = values.data[row * values.stride + column];
    value = weight_of(weights, row) * (value - sums[column] / total);
  });
}

void add_scaled(CpuSpace const& space, double const* factors, MatrixView<double const> terms, double* products) {
  each_entry(terms.rows, static_cast<int>(terms.columns), space.threads, [&](std::int64_t i, int column) {
    products[i * terms.columns + column] += factors[column] * terms.data[i * terms.stride + column];
  });
}

void start_gradients(CpuSpace const& space, GradientVectors const& vectors, bool has_guess) {
  ColumnNumbers const sides = sums(space, vectors, common::square_of);
  ColumnNumbers squares = sides;
  if (has_guess) {
    each(space, vectors, [&](std::int64_t i, int column) { common::subtract_product(vectors, i, column); });
    squares = sums(space, vectors, common::square_of);
  }
  for (std::int64_t column = 0; column < vectors.columns; ++column) {
    GradientColumn state;
    state.side_norm = sides[column];
    state.squares = squares[column];
    state.active = common::is_above(state, vectors.tolerance) ? 1 : 0;
    vectors.states[column] = state;
  }
  each(space, vectors, [&](std::int64_t i, int column) { common::set_direction(vectors, i, column); });
}

void step_gradients(CpuSpace const& space, GradientVectors const& vectors) {
  ColumnNumbers const curvature = sums(space, vectors, common::curvature_of);
  ColumnNumbers const expected = sums(space, vectors, common::expected_curvature);
  for (std::int64_t column = 0; column < vectors.columns; ++column) {
    common::choose_step(curvature[column], expected[column], vectors.states[column]);
  }
  each(space, vectors, [&](std::int64_t i, int column) { common::take_step(vectors, i, column); });
  ColumnNumbers const squares = sums(space, vectors, common::square_of);
  for (std::int64_t column = 0; column < vectors.columns; ++column) {
    common::end_step(squares[column], vectors.tolerance, vectors.states[column]);
  }
  each(space, vectors, [&](std::int64_t i, int column) { common::turn(vectors, i, column); });
}

void choose_columns(CpuSpace const& space, MatrixView<double const> from, ColumnChoice const& choice, double* to) {
  each_entry(from.rows, choice.count, space.threads, [&](std::int64_t row, int column) {
    to[row * choice.count + column] = from.data[row * from.stride + choice.columns[column]];
  });
}

}  // namespace shoal::kernels
