// SPDX-License-Identifier: MIT
#include "surrogate/features/feature_operator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "device/buffer.hpp"
#include "kernels/library/gradient_steps.hpp"
#include "surrogate/features/backend_maps.hpp"
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

// One pass over rows, as many columns wide as a kernel takes.
struct Pass {
  int width = 0;
  std::int64_t singles = 0;  // doubles of single effects, and of pairs
  std::int64_t entries = 0;
  RowRange blocks;          // lists that hold the rows
  std::int64_t before = 0;  // rows of them before the range, and after it
  std::int64_t after = 0;
};

device::Buffer<double>& reserved(device::Buffer<double>& memory, device::Backend const& backend, std::int64_t size) {
  memory.reserve(backend, static_cast<std::size_t>(size));
  return memory;
}

// A host matrix, contiguous in the memory of a backend.
class Copy {
 public:
  Copy(device::Backend const& backend, std::int64_t rows, std::int64_t columns)
      : rows_(rows), columns_(columns), memory_(backend, static_cast<std::size_t>(rows * columns)) {}
  Copy(device::Backend const& backend, kernels::MatrixView<double const> host)
      : Copy(backend, host.rows, host.columns) {
    std::vector<double> packed;
    packed.reserve(memory_.size());
    for (std::int64_t row = 0; row < rows_; ++row) {
      packed.insert(packed.end(), host.data + row * host.stride, host.data + row * host.stride + columns_);
    }
    memory_.copy_from(packed);
  }
  kernels::MatrixView<double> output() { return {memory_.data(), rows_, columns_, columns_}; }
  kernels::MatrixView<double const> view() const { return {memory_.data(), rows_, columns_, columns_}; }
  void to(kernels::MatrixView<double> host) const {
    std::vector<double> const packed = memory_.to_host();
    for (std::int64_t row = 0; row < rows_; ++row) {
      std::copy_n(packed.data() + row * columns_, columns_, host.data + row * host.stride);
    }
  }

 private:
  std::int64_t rows_;
  std::int64_t columns_;
  device::Buffer<double> memory_;
};

}  // namespace

struct FeatureOperator::State {
  State(device::Backend const& on, Observations const& observations, std::vector<Site> sites,
        FeatureOptions const& options)
      : backend(&on),
        alphabet(observations.alphabet),
        layout(std::move(sites), options.pairs(observations.length())),
        lists(on, observations, layout),
        maps(on, layout, lists.view()),
        constants(on, kernels::most_mutation_columns) {}

  bool is_on_host() const { return backend->kind() == device::BackendKind::cpu; }
  Pass pass_of(RowRange rows, std::int64_t columns) const;
  kernels::FeatureScratch scratch(int width);
  void multiply(RowRange rows, Coefficients coefficients, kernels::MatrixView<double> values);
  void multiply_transposed(RowRange rows, kernels::MatrixView<double const> values, MutableCoefficients coefficients);
  void multiply_penalty(Penalty penalty, Coefficients coefficients, MutableCoefficients products);

  device::Backend const* backend;
  int alphabet;
  FeatureLayout layout;
  FeatureLists lists;
  BackendMaps maps;
  // Working memory on the backend.
  device::Buffer<double> tables;  // single effects, then pairs: one copy of both
  device::Buffer<double> row_values;
  device::Buffer<double> slopes;
  device::Buffer<double> halves;
  device::Buffer<double> parts;
  device::Buffer<double> constants;
  Penalty site_penalty;
  device::Buffer<double> site_penalties;
  Penalty diagonal_penalty;
  std::vector<double> diagonal;
};

Pass FeatureOperator::State::pass_of(RowRange rows, std::int64_t columns) const {
  std::int64_t const block = lists.view().block_rows;
  RowRange const blocks{rows.begin / block, (rows.end + block - 1) / block};
  return {static_cast<int>(columns),         layout.features() * columns,
          layout.table_size() * columns,     blocks,
          rows.begin - blocks.begin * block, std::min(blocks.end * block, lists.view().rows) - rows.end};
}

kernels::FeatureScratch FeatureOperator::State::scratch(int width) {
  if (is_on_host()) return {reserved(slopes, *backend, layout.features() * width).data(), nullptr};
  return {reserved(slopes, *backend, layout.features() * width).data(),
          reserved(halves, *backend, (layout.parameters() - layout.features()) * width).data()};
}

void FeatureOperator::State::multiply(RowRange rows, Coefficients coefficients, kernels::MatrixView<double> values) {
  Pass const pass = pass_of(rows, coefficients.columns);
  double* const effects = reserved(tables, *backend, pass.singles + pass.entries).data();
  kernels::MutationTables const at{effects, effects + pass.singles, pass.width};
  if (layout.table_has_gaps()) {
    backend->fill_zero(at.pairs, static_cast<std::size_t>(pass.entries) * sizeof(double));
  }
  std::int64_t const covered = pass.before + rows.size() + pass.after;
  double* const sums = reserved(row_values, *backend, covered * pass.width).data();
  kernels::FeatureScratch const working = scratch(pass.width);
  dispatch(*backend, [&](auto const& space) {
    kernels::write_tables(space, maps.view(), coefficients, working, at, constants.data());
    kernels::gather_mutations(space, lists.view(), pass.blocks, at, sums);
    kernels::add_constant(space, sums + pass.before * pass.width, constants.data(), values);
  });
}

void FeatureOperator::State::multiply_transposed(RowRange rows, kernels::MatrixView<double const> values,
                                                 MutableCoefficients coefficients) {
  Pass const pass = pass_of(rows, coefficients.columns);
  std::int64_t const covered = pass.before + rows.size() + pass.after;
  double* const all = reserved(row_values, *backend, covered * pass.width).data();
  double* const sums = reserved(tables, *backend, pass.singles + pass.entries).data();
  kernels::MutationTables const at{sums, sums + pass.singles, pass.width};
  double* const some = reserved(parts, *backend, kernels::sum_parts(rows.size()) * pass.width).data();
  kernels::FeatureScratch const working = scratch(pass.width);
  dispatch(*backend, [&](auto const& space) {
    kernels::pad_rows(space, values, pass.before, pass.after, all, constants.data(), some);
    kernels::scatter_mutations(space, lists.view(), pass.blocks, all, at);
    kernels::read_tables(space, maps.view(), at, constants.data(), working, coefficients);
  });
}

void FeatureOperator::State::multiply_penalty(Penalty penalty, Coefficients coefficients,
                                              MutableCoefficients products) {
  if (site_penalties.size() == 0 || site_penalty != penalty) {
    std::vector<double> const own = layout.additive_penalties(penalty);
    reserved(site_penalties, *backend, std::max<std::int64_t>(std::ssize(own), 1)).copy_from(own);
    site_penalty = penalty;
  }
  kernels::FeatureScratch const working = scratch(static_cast<int>(coefficients.columns));
  dispatch(*backend, [&](auto const& space) {
    kernels::multiply_penalty(space, maps.view(), site_penalties.data(), penalty.pair, coefficients, working, products);
  });
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

void FeatureOperator::multiply(RowRange rows, Coefficients coefficients, kernels::MatrixView<double> values) const {
  if (state_->is_on_host()) return multiply_there(rows, coefficients, values);
  Copy products(backend(), values.rows, values.columns);
  multiply_there(rows, Copy(backend(), coefficients).view(), products.output());
  products.to(values);
}

void FeatureOperator::multiply_transposed(RowRange rows, kernels::MatrixView<double const> values,
                                          MutableCoefficients coefficients) const {
  if (state_->is_on_host()) return multiply_transposed_there(rows, values, coefficients);
  Copy sums(backend(), coefficients.rows, coefficients.columns);
  multiply_transposed_there(rows, Copy(backend(), values).view(), sums.output());
  sums.to(coefficients);
}

void FeatureOperator::multiply_penalty(Penalty penalty, Coefficients coefficients, MutableCoefficients products) const {
  if (state_->is_on_host()) return multiply_penalty_there(penalty, coefficients, products);
  Copy found(backend(), products.rows, products.columns);
  multiply_penalty_there(penalty, Copy(backend(), coefficients).view(), found.output());
  found.to(products);
}

void FeatureOperator::multiply_there(RowRange rows, Coefficients coefficients,
                                     kernels::MatrixView<double> values) const {
  expect(rows.begin >= 0 && rows.end <= this->rows(), "rows outside the operator");
  if (rows.size() == 0) return;
  each_pass(coefficients.columns, [&](std::int64_t column, int width) {
    state_->multiply(rows, columns_of(coefficients, column, width), columns_of(values, column, width));
  });
}

void FeatureOperator::multiply_transposed_there(RowRange rows, kernels::MatrixView<double const> values,
                                                MutableCoefficients coefficients) const {
  expect(rows.begin >= 0 && rows.end <= this->rows(), "rows outside the operator");
  each_pass(coefficients.columns, [&](std::int64_t column, int width) {
    state_->multiply_transposed(rows, columns_of(values, column, width), columns_of(coefficients, column, width));
  });
}

void FeatureOperator::multiply_penalty_there(Penalty penalty, Coefficients coefficients,
                                             MutableCoefficients products) const {
  each_pass(coefficients.columns, [&](std::int64_t column, int width) {
    state_->multiply_penalty(penalty, columns_of(coefficients, column, width), columns_of(products, column, width));
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
