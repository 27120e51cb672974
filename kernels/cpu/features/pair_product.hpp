// SPDX-License-Identifier: MIT
// Products of one pair's block of coefficients with small matrices and vectors, for several right-hand sides at once.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace shoal::kernels::cpu {

// A block [rows, columns of the block] of entries that are `width` numbers wide, one per right-hand side.
template <class T>
struct EntryBlock {
  T* data = nullptr;
  std::int64_t row_stride = 0;  // in numbers
  std::int64_t stride = 0;      // numbers from an entry to the next one of its row
  T* at(int row, int column) const { return data + row * row_stride + column * stride; }
};

// to += factor * from.
template <int width>
void add_entry(double factor, double const* from, double* to) {
  for (int k = 0; k < width; ++k) to[k] += factor * from[k];
}

// out = left [rows, rows] in [rows, columns] right^T [columns, columns]. `fixed` > 0: rows = columns = fixed, known to
// the compiler; else `scratch` grows to hold rows * columns * width numbers.
template <int fixed, int width>
void multiply_sides(int rows, int columns, double const* left, EntryBlock<double const> in, double const* right,
                    EntryBlock<double> out, std::vector<double>& scratch) {
  int const n = fixed > 0 ? fixed : rows;
  int const m = fixed > 0 ? fixed : columns;
  std::array<double, fixed * fixed * width + 1> small;
  if (fixed == 0 && scratch.size() < static_cast<std::size_t>(n * m * width)) scratch.resize(n * m * width);
  double* const half = fixed > 0 ? small.data() : scratch.data();
  for (int i = 0; i < n; ++i) {
    for (int b = 0; b < m; ++b) {
      double* const sum = half + (i * m + b) * width;
      for (int k = 0; k < width; ++k) sum[k] = 0.0;
      for (int a = 0; a < n; ++a) add_entry<width>(left[i * n + a], in.at(a, b), sum);
    }
  }
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j) {
      double sum[width] = {};
      for (int b = 0; b < m; ++b) add_entry<width>(right[j * m + b], half + (i * m + b) * width, sum);
      double* const entry = out.at(i, j);
      for (int k = 0; k < width; ++k) entry[k] = sum[k];
    }
  }
}

// rows_out [rows] += in [rows, columns] weights [columns].
template <int width>
void add_row_sums(int rows, int columns, EntryBlock<double const> in, double const* weights, double* rows_out) {
  for (int a = 0; a < rows; ++a) {
    for (int b = 0; b < columns; ++b) add_entry<width>(weights[b], in.at(a, b), rows_out + a * width);
  }
}

// columns_out [columns] += in^T [columns, rows] weights [rows].
template <int width>
void add_column_sums(int rows, int columns, EntryBlock<double const> in, double const* weights, double* columns_out) {
  for (int a = 0; a < rows; ++a) {
    for (int b = 0; b < columns; ++b) add_entry<width>(weights[a], in.at(a, b), columns_out + b * width);
  }
}

// out += left_entries [rows] weights^T [columns] + weights [rows] right_entries^T [columns].
template <int width>
void add_outer(int rows, int columns, double const* left_entries, double const* right_weights,
               double const* left_weights, double const* right_entries, EntryBlock<double> out) {
  for (int a = 0; a < rows; ++a) {
    for (int b = 0; b < columns; ++b) {
      add_entry<width>(right_weights[b], left_entries + a * width, out.at(a, b));
      add_entry<width>(left_weights[a], right_entries + b * width, out.at(a, b));
    }
  }
}

}  // namespace shoal::kernels::cpu
