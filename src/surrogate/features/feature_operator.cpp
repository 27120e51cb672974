// SPDX-License-Identifier: MIT
#include "surrogate/features/feature_operator.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "surrogate/features/feature_lists.hpp"

namespace shoal::surrogate {

namespace {

using kernels::RowRange;

std::vector<Site> sites_of(Observations const& observations) {
  validate(observations);
  return find_sites(observations);
}

// How many of the right-hand sides `left` one pass takes: 8, 4, 2 or 1.
int pass_width(std::int64_t left) {
  for (int const width : {8, 4, 2}) {
    if (left >= width) return width;
  }
  return 1;
}

// Calls f(first column, width) for passes that together take all columns.
template <class Function>
void each_pass(std::int64_t columns, Function const& f) {
  for (std::int64_t column = 0; column < columns;) {
    int const width = pass_width(columns - column);
    f(column, width);
    column += width;
  }
}

template <class T>
kernels::MatrixView<T> columns_of(kernels::MatrixView<T> matrix, std::int64_t first, int width) {
  return {matrix.data + first, matrix.rows, width, matrix.stride};
}

// Memory that a kernel works on and that the host fills or reads: the same memory on the CPU.
class SharedMemory {
 public:
  double* on_host(device::Backend const& backend, std::int64_t size) {
    memory_.reserve(backend, static_cast<std::size_t>(size));
    if (backend.kind() == device::BackendKind::cpu) return memory_.data();
    if (static_cast<std::int64_t>(host_.size()) < size) host_.resize(static_cast<std::size_t>(size));
    return host_.data();
  }
  double* on_backend() { return memory_.data(); }
  void send(device::Backend const& backend, std::int64_t size) {
    if (backend.kind() != device::BackendKind::cpu) memory_.copy_from({host_.data(), static_cast<std::size_t>(size)});
  }
  void fetch(device::Backend const& backend, std::int64_t size) {
    if (backend.kind() != device::BackendKind::cpu) memory_.copy_to({host_.data(), static_cast<std::size_t>(size)});
  }

 private:
  device::Buffer<double> memory_;
  std::vector<double> host_;
};

// One pass over rows, as many columns wide as a kernel takes.
struct Pass {
  int width = 0;
  std::int64_t singles = 0;  // doubles of single effects, and of pairs
  std::int64_t entries = 0;
  RowRange blocks;  // lists that hold the rows, of which `covered` from `first_row` on are in the range
  std::int64_t first_row = 0;
  std::int64_t covered = 0;
};

}  // namespace

struct FeatureOperator::State {
  State(device::Backend const& on, Observations const& observations, std::vector<Site> sites,
        FeatureOptions const& options)
      : backend(&on),
        alphabet(observations.alphabet),
        layout(std::move(sites), options.pairs(observations.length())),
        lists(on, observations, layout) {}

  int threads() const { return backend->cpu_space().threads; }
  Pass pass_of(RowRange rows, std::int64_t columns) const;
  void multiply(RowRange rows, Coefficients coefficients, kernels::MatrixView<double> values);
  void multiply_transposed(RowRange rows, kernels::MatrixView<double const> values, MutableCoefficients coefficients);

  device::Backend const* backend;
  int alphabet;
  FeatureLayout layout;
  FeatureLists lists;
  SharedMemory tables;  // single effects, then pairs: one copy of both
  SharedMemory row_values;
  Penalty diagonal_penalty;
  std::vector<double> diagonal;
};

Pass FeatureOperator::State::pass_of(RowRange rows, std::int64_t columns) const {
  std::int64_t const block = lists.view().block_rows;
  RowRange const blocks{rows.begin / block, (rows.end + block - 1) / block};
  std::int64_t const first_row = blocks.begin * block;
  return {static_cast<int>(columns),
          layout.features() * columns,
          layout.table_size() * columns,
          blocks,
          first_row,
          std::min(blocks.end * block, lists.view().rows) - first_row};
}

void FeatureOperator::State::multiply(RowRange rows, Coefficients coefficients, kernels::MatrixView<double> values) {
  auto const [width, singles, entries, blocks, first_row, covered] = pass_of(rows, coefficients.columns);
  double* const effects = tables.on_host(*backend, singles + entries);
  std::array<double, kernels::most_mutation_columns> constant{};
  if (layout.table_has_gaps()) std::fill(effects + singles, effects + singles + entries, 0.0);
  layout.to_tables(coefficients, {effects, effects + singles, width}, constant.data(), threads());
  tables.send(*backend, singles + entries);
  double const* const sums = row_values.on_host(*backend, covered * width);
  // Clang, with OpenMP, cannot capture the names of a structured binding themselves.
  dispatch(*backend, [&, singles = singles, blocks = blocks, width = width](auto const& space) {
    kernels::gather_mutations(space, lists.view(), blocks, {tables.on_backend(), tables.on_backend() + singles, width},
                              row_values.on_backend());
  });
  row_values.fetch(*backend, covered * width);
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const* const sum = sums + (row - first_row) * width;
    double* const value = values.data + (row - rows.begin) * values.stride;
    for (int k = 0; k < width; ++k) value[k] = constant[k] + sum[k];
  }
}

void FeatureOperator::State::multiply_transposed(RowRange rows, kernels::MatrixView<double const> values,
                                                 MutableCoefficients coefficients) {
  auto const [width, singles, entries, blocks, first_row, covered] = pass_of(rows, coefficients.columns);
  double* const all = row_values.on_host(*backend, covered * width);
  std::fill(all, all + (rows.begin - first_row) * width, 0.0);
  std::fill(all + (rows.end - first_row) * width, all + covered * width, 0.0);
  std::array<double, kernels::most_mutation_columns> constant{};
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    double const* const value = values.data + (row - rows.begin) * values.stride;
    double* const copy = all + (row - first_row) * width;
    for (int k = 0; k < width; ++k) {
      copy[k] = value[k];
      constant[k] += value[k];
    }
  }
  row_values.send(*backend, covered * width);
  double* const sums = tables.on_host(*backend, singles + entries);
  dispatch(*backend, [&, singles = singles, blocks = blocks, width = width](auto const& space) {
    kernels::scatter_mutations(space, lists.view(), blocks, row_values.on_backend(),
                               {tables.on_backend(), tables.on_backend() + singles, width});
  });
  tables.fetch(*backend, singles + entries);
  layout.from_tables({sums, sums + singles, width}, constant.data(), coefficients, threads());
}

FeatureOperator::FeatureOperator(device::Backend const& backend, Observations const& observations,
                                 FeatureOptions const& options)
    : state_(std::make_unique<State>(backend, observations, sites_of(observations), options)) {}
FeatureOperator::FeatureOperator(FeatureOperator const& like, Observations const& observations,
                                 FeatureOptions const& options)
    : state_(std::make_unique<State>(like.backend(), observations, like.layout().sites(), options)) {}
FeatureOperator::~FeatureOperator() = default;
FeatureOperator::FeatureOperator(FeatureOperator&&) noexcept = default;
FeatureOperator& FeatureOperator::operator=(FeatureOperator&&) noexcept = default;

device::Backend const& FeatureOperator::backend() const {
  return *state_->backend;
}
FeatureLayout const& FeatureOperator::layout() const {
  return state_->layout;
}
std::int64_t FeatureOperator::rows() const {
  return state_->lists.view().rows;
}
std::int64_t FeatureOperator::parameters() const {
  return state_->layout.parameters();
}

void FeatureOperator::multiply(RowRange rows, kernels::MatrixView<double const> coefficients,
                               kernels::MatrixView<double> values) const {
  expect(rows.begin >= 0 && rows.end <= this->rows(), "rows outside the operator");
  if (rows.size() == 0) return;
  each_pass(coefficients.columns, [&](std::int64_t column, int width) {
    state_->multiply(rows, columns_of(coefficients, column, width), columns_of(values, column, width));
  });
}

void FeatureOperator::multiply_transposed(RowRange rows, kernels::MatrixView<double const> values,
                                          kernels::MatrixView<double> coefficients) const {
  expect(rows.begin >= 0 && rows.end <= this->rows(), "rows outside the operator");
  each_pass(coefficients.columns, [&](std::int64_t column, int width) {
    state_->multiply_transposed(rows, columns_of(values, column, width), columns_of(coefficients, column, width));
  });
}

void FeatureOperator::multiply_penalty(Penalty penalty, kernels::MatrixView<double const> coefficients,
                                       kernels::MatrixView<double> products) const {
  each_pass(coefficients.columns, [&](std::int64_t column, int width) {
    state_->layout.multiply_penalty(penalty, columns_of(coefficients, column, width),
                                    columns_of(products, column, width), state_->threads());
  });
}

void FeatureOperator::precondition(double scale, Penalty penalty, kernels::MatrixView<double const> right_sides,
                                   kernels::MatrixView<double> solutions) const {
  if (state_->diagonal.empty() || state_->diagonal_penalty != penalty) {
    state_->diagonal = state_->layout.penalty_diagonal(penalty);
    state_->diagonal_penalty = penalty;
  }
  for (std::int64_t i = 0; i < right_sides.rows; ++i) {
    double const factor = 1.0 / (scale + state_->diagonal[i]);
    double const* const side = right_sides.data + i * right_sides.stride;
    double* const solution = solutions.data + i * solutions.stride;
    for (std::int64_t column = 0; column < right_sides.columns; ++column) solution[column] = factor * side[column];
  }
}

Parameters FeatureOperator::parameters_of(double constant, kernels::MatrixView<double const> coefficients,
                                          std::int64_t column, Penalty penalty) const {
  return state_->layout.parameters_of(constant, coefficients, column, penalty, state_->alphabet);
}

}  // namespace shoal::surrogate
