// SPDX-License-Identifier: MIT
// fold_onnx_constant: the arithmetic of shapes and weights that exporters leave in the graph.
#include "readers/onnx/folding/constant.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace shoal::readers {

namespace {

constexpr std::int64_t largest_constant = std::int64_t{1} << 28;

OnnxTensor fold_cast(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  std::int64_t const type = call.integer("to", 1);
  bool const to_float = type == 1 || type == 10 || type == 11 || type == 16;
  if (to_float == made.is_float) return made;
  for (std::int64_t const value : made.integers) {
    if (is_batch_multiple(value)) call.refuse("it computes with the number of sequences");
    made.floats.push_back(static_cast<float>(value));
  }
  if (!to_float) {
    for (float const value : made.floats) {
      if (!(std::abs(value) < 1e15F)) call.refuse("its operand is no whole number");
      made.integers.push_back(static_cast<std::int64_t>(value));
    }
    made.floats.clear();
  } else {
    made.integers.clear();
  }
  made.is_float = to_float;
  return made;
}

OnnxTensor fold_constant(OnnxCall const& call) {
  static constexpr std::array names = {"value", "value_float", "value_int", "value_floats", "value_ints"};
  for (char const* name : names) {
    if (OnnxAttribute const* found = call.attribute(name)) {
      if (found->kind != OnnxAttribute::Kind::other && found->kind != OnnxAttribute::Kind::text) return found->tensor;
    }
  }
  call.refuse("it holds no numbers");
}

OnnxTensor fold_filled(OnnxCall const& call) {
  OnnxAttribute const* value = call.attribute("value");
  OnnxTensor made{call.integers(0), true, {}, {}};
  // The value is the same for every sequence: one row serves all.
  std::replace(made.dims.begin(), made.dims.end(), batch_size_marker, std::int64_t{1});
  auto const count = static_cast<std::size_t>(element_count(call, made.dims));
  if (value != nullptr && value->tensor.size() != 1) call.refuse("its value is no single number");
  made.is_float = value == nullptr || value->tensor.is_float;
  if (made.is_float) {
    made.floats.assign(count, value == nullptr ? 0.0F : value->tensor.floats[0]);
  } else {
    made.integers.assign(count, value->tensor.integers[0]);
  }
  return made;
}

OnnxTensor fold_shape(OnnxCall const& call) {
  Dims const& dims = call.constant(0).dims;
  if (call.has_attribute("start") || call.has_attribute("end")) call.refuse("a part of a constant's shape");
  return {{static_cast<std::int64_t>(dims.size())}, false, {}, dims};
}

OnnxTensor fold_identity(OnnxCall const& call) {
  return call.constant(0);
}

}  // namespace

std::int64_t element_count(OnnxCall const& call, Dims const& dims) {
  std::int64_t count = 1;
  for (std::int64_t const extent : dims) {
    if (extent < 0 || (extent > 0 && count > largest_constant / extent)) call.refuse("a constant is too large");
    count *= extent;
  }
  return count;
}

Dims common_dims(OnnxCall const& call, std::vector<OnnxTensor const*> const& tensors) {
  std::size_t rank = 0;
  for (OnnxTensor const* each : tensors) rank = std::max(rank, each->dims.size());
  Dims dims(rank, 1);
  for (OnnxTensor const* each : tensors) {
    Dims const& own = each->dims;
    for (std::size_t k = 0; k < own.size(); ++k) {
      std::int64_t& extent = dims[rank - own.size() + k];
      if (extent != 1 && own[k] != 1 && own[k] != extent) call.refuse("its constants' shapes do not fit together");
      if (own[k] != 1) extent = own[k];
    }
  }
  return dims;
}

Dims broadcast_strides(Dims const& dims, std::size_t rank) {
  Dims strides(rank, 0);
  std::int64_t step = 1;
  for (std::size_t i = dims.size(); i-- > 0;) {
    strides[rank - dims.size() + i] = dims[i] == 1 ? 0 : step;
    step *= dims[i];
  }
  return strides;
}

void walk(Dims const& dims, std::vector<Dims> const& strides, std::int64_t count,
          std::function<void(std::vector<std::int64_t> const&)> const& visit) {
  Dims index(dims.size(), 0);
  std::vector<std::int64_t> offsets(strides.size(), 0);
  for (std::int64_t done = 0; done < count; ++done) {
    visit(offsets);
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      for (std::size_t s = 0; s < strides.size(); ++s) offsets[s] += strides[s][axis];
      if (++index[axis] < dims[axis]) break;
      for (std::size_t s = 0; s < strides.size(); ++s) offsets[s] -= strides[s][axis] * dims[axis];
      index[axis] = 0;
    }
  }
}

std::size_t constant_axis(OnnxCall const& call, std::int64_t axis, std::size_t rank) {
  std::int64_t const counted = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
  if (counted < 0 || counted >= static_cast<std::int64_t>(rank)) call.refuse("its axis is outside its operand");
  return static_cast<std::size_t>(counted);
}

std::optional<OnnxTensor> fold_onnx_constant(OnnxCall const& call) {
  static OnnxFolds const folds = [] {
    OnnxFolds all = {{"Constant", fold_constant},
                     {"ConstantOfShape", fold_filled},
                     {"Shape", fold_shape},
                     {"Identity", fold_identity},
                     {"Cast", fold_cast}};
    add_arithmetic_folds(all);
    add_layout_folds(all);
    add_triangle_folds(all);
    add_logic_folds(all);
    add_reduction_folds(all);
    return all;
  }();
  auto const fold = folds.find(call.operation());
  if (fold == folds.end() || !call.all_constant()) return std::nullopt;
  return fold->second(call);
}

}  // namespace shoal::readers
