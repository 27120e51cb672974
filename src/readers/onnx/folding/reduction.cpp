// SPDX-License-Identifier: MIT
// Reductions of constants: sizes multiplied, and the norms that weights are divided by.
#include <algorithm>
#include <cmath>

#include "readers/onnx/folding/constant.hpp"

namespace shoal::readers {

namespace {

// Which axes are reduced; all if none is named.
std::vector<bool> reduced_axes(OnnxCall const& call, std::size_t rank) {
  Dims const given = call.has(1) ? call.integers(1) : call.integers("axes");
  bool const all = given.empty() && call.integer("noop_with_empty_axes", 0) == 0;
  std::vector<bool> axes(rank, all);
  for (std::int64_t const axis : given) axes[constant_axis(call, axis, rank)] = true;
  return axes;
}

double joined(std::string const& name, double so_far, double value) {
  if (name == "ReduceProd") return so_far * value;
  if (name == "ReduceMax") return std::max(so_far, value);
  if (name == "ReduceMin") return std::min(so_far, value);
  return so_far + (name == "ReduceL2" || name == "ReduceSumSquare" ? value * value : value);
}

OnnxTensor fold_reduction(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  std::string const& name = call.operation();
  std::size_t const rank = from.dims.size();
  std::vector<bool> const axes = reduced_axes(call, rank);
  bool const keeps = call.integer("keepdims", 1) != 0;
  if (from.size() == 0) call.refuse("it reduces nothing");
  OnnxTensor made{{}, from.is_float, {}, {}};
  Dims strides(rank, 0);
  std::int64_t count = 1;
  for (std::size_t i = rank; i-- > 0;) {
    if (axes[i]) continue;
    strides[i] = count;
    count *= from.dims[i];
  }
  for (std::size_t i = 0; i < rank; ++i) {
    if (!axes[i] || keeps) made.dims.push_back(axes[i] ? 1 : from.dims[i]);
  }
  std::vector<double> values(static_cast<std::size_t>(count), 0.0);
  std::vector<bool> is_begun(values.size(), false);
  std::size_t next = 0;
  walk(from.dims, {strides}, element_count(call, from.dims), [&](auto const& at) {
    auto const to = static_cast<std::size_t>(at[0]);
    double const value =
        from.is_float ? static_cast<double>(from.floats[next]) : static_cast<double>(from.integers[next]);
    if (!from.is_float && is_batch_multiple(from.integers[next]))
      call.refuse("it computes with the number of sequences");
    ++next;
    bool const is_first = !is_begun[to] && (name == "ReduceMax" || name == "ReduceMin" || name == "ReduceProd");
    values[to] = is_first ? value : joined(name, values[to], value);
    is_begun[to] = true;
  });
  double const share = static_cast<double>(count) / static_cast<double>(from.size());
  for (double value : values) {
    if (name == "ReduceL2") value = std::sqrt(value);
    if (name == "ReduceMean") value *= share;
    if (from.is_float) {
      made.floats.push_back(static_cast<float>(value));
    } else {
      bool const is_whole = name != "ReduceMean" && name != "ReduceL2" && std::abs(value) < 9e15;
      if (!is_whole) call.refuse("its result is no whole number");
      made.integers.push_back(static_cast<std::int64_t>(value));
    }
  }
  return made;
}

}  // namespace

void add_reduction_folds(OnnxFolds& folds) {
  for (char const* name :
       {"ReduceSum", "ReduceMean", "ReduceProd", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare"}) {
    folds[name] = fold_reduction;
  }
}

}  // namespace shoal::readers
