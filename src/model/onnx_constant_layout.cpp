// SPDX-License-Identifier: MIT
// Constants in other shapes, parts of them, and constants joined.
#include <algorithm>

#include "model/onnx_constant.hpp"

namespace shoal::model {

namespace {

// Elements of `from` at the offsets that `strides` and `start` give, as a tensor of `dims`.
OnnxTensor gathered(OnnxCall const& call, OnnxTensor const& from, Dims const& dims, Dims const& strides,
                    std::int64_t start) {
  OnnxTensor made{dims, from.is_float, {}, {}};
  walk(dims, {strides}, element_count(call, dims), [&](auto const& offsets) {
    auto const at = static_cast<std::size_t>(start + offsets[0]);
    if (from.is_float) {
      made.floats.push_back(from.floats.at(at));
    } else {
      made.integers.push_back(from.integers.at(at));
    }
  });
  return made;
}

OnnxTensor reshaped(OnnxCall const& call, OnnxTensor tensor, Dims dims) {
  tensor.dims = std::move(dims);
  if (element_count(call, tensor.dims) != static_cast<std::int64_t>(tensor.size()))
    call.refuse("its shape does not fit");
  return tensor;
}

OnnxTensor fold_reshape(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims dims = call.integers(1);
  std::int64_t known = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && i < from.dims.size()) dims[i] = from.dims[i];
    if (dims[i] > 0) known = element_count(call, {known, dims[i]});
  }
  for (std::int64_t& extent : dims) {
    if (extent == -1) extent = known == 0 ? 0 : static_cast<std::int64_t>(from.size()) / known;
  }
  return reshaped(call, from, dims);
}

OnnxTensor fold_squeeze(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims const given = call.has(1) ? call.integers(1) : call.integers("axes");
  Dims dims;
  for (std::size_t i = 0; i < from.dims.size(); ++i) {
    bool drop = given.empty() && from.dims[i] == 1;
    for (std::int64_t const axis : given) drop = drop || constant_axis(call, axis, from.dims.size()) == i;
    if (!drop) dims.push_back(from.dims[i]);
  }
  return reshaped(call, from, dims);
}

OnnxTensor fold_unsqueeze(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims const given = call.has(1) ? call.integers(1) : call.integers("axes");
  std::size_t const rank = from.dims.size() + given.size();
  if (rank > 8) call.refuse("it adds too many axes");
  Dims dims(rank, 0);
  for (std::int64_t const axis : given) dims[constant_axis(call, axis, rank)] = 1;
  std::size_t next = 0;
  for (std::int64_t& extent : dims) {
    if (extent == 0 && next < from.dims.size()) extent = from.dims[next++];
  }
  return reshaped(call, from, dims);
}

OnnxTensor fold_transpose(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims order = call.integers("perm");
  std::size_t const rank = from.dims.size();
  if (order.empty()) {
    for (std::size_t i = rank; i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  }
  if (order.size() != rank) call.refuse("its order of axes is impossible");
  Dims const steps = broadcast_strides(from.dims, rank);
  Dims dims, strides;
  for (std::int64_t const axis : order) {
    dims.push_back(from.dims[constant_axis(call, axis, rank)]);
    strides.push_back(steps[constant_axis(call, axis, rank)]);
  }
  if (element_count(call, dims) != static_cast<std::int64_t>(from.size()))
    call.refuse("its order of axes is impossible");
  return gathered(call, from, dims, strides, 0);
}

OnnxTensor fold_concatenation(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  if (made.dims.size() != 1) call.refuse("joining constants of several axes is not supported");
  for (std::size_t i = 1; i < call.operand_count(); ++i) {
    OnnxTensor const& next = call.constant(i);
    if (next.dims.size() != 1 || next.is_float != made.is_float) call.refuse("its constants do not fit together");
    made.floats.insert(made.floats.end(), next.floats.begin(), next.floats.end());
    made.integers.insert(made.integers.end(), next.integers.begin(), next.integers.end());
    made.dims[0] += next.dims[0];
  }
  return made;
}

OnnxTensor fold_gather(OnnxCall const& call) {
  OnnxTensor const &from = call.constant(0), &indices = call.constant(1);
  if (from.dims.size() != 1 || indices.dims.size() > 1) call.refuse("only lists can be indexed");
  constant_axis(call, call.integer("axis", 0), 1);
  OnnxTensor made{indices.dims, from.is_float, {}, {}};
  for (std::int64_t const index : call.integers(1)) {
    std::size_t const at = constant_axis(call, index, from.size());
    if (from.is_float) {
      made.floats.push_back(from.floats[at]);
    } else {
      made.integers.push_back(from.integers[at]);
    }
  }
  return made;
}

OnnxTensor fold_slice(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  bool const as_inputs = call.opset() >= 10;
  Dims const starts = as_inputs ? call.integers(1) : call.integers("starts");
  Dims const ends = as_inputs ? call.integers(2) : call.integers("ends");
  Dims axes = as_inputs && call.has(3) ? call.integers(3) : as_inputs ? Dims{} : call.integers("axes");
  Dims const steps = as_inputs && call.has(4) ? call.integers(4) : Dims(starts.size(), 1);
  for (std::size_t i = axes.size(); i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  bool const fits = ends.size() == starts.size() && axes.size() == starts.size() && steps == Dims(starts.size(), 1);
  if (!fits) call.refuse("constants can only be sliced in steps of one");
  Dims dims = from.dims;
  std::int64_t first = 0;
  Dims distances(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) distances[i - 1] = distances[i] * dims[i];
  for (std::size_t i = 0; i < starts.size(); ++i) {
    std::size_t const axis = constant_axis(call, axes[i], dims.size());
    std::int64_t const extent = from.dims[axis];
    auto const place = [&](std::int64_t index) {
      return std::clamp<std::int64_t>(index < 0 ? std::max(index, -extent) + extent : index, 0, extent);
    };
    first += place(starts[i]) * distances[axis];
    dims[axis] = std::max<std::int64_t>(place(ends[i]) - place(starts[i]), 0);
  }
  return gathered(call, from, dims, distances, first);
}

// The same for every sequence: a batch that it is repeated for stays one.
OnnxTensor fold_expand(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims dims = call.integers(1);
  std::replace(dims.begin(), dims.end(), batch_size_marker, std::int64_t{1});
  std::size_t const rank = std::max(dims.size(), from.dims.size());
  dims.insert(dims.begin(), rank - dims.size(), 1);
  for (std::size_t i = 0; i < rank; ++i) {
    std::size_t const missing = rank - from.dims.size();
    std::int64_t const extent = i < missing ? 1 : from.dims[i - missing];
    if (extent != 1 && dims[i] != 1 && dims[i] != extent) call.refuse("its shape does not fit");
    if (dims[i] == 1) dims[i] = extent;
  }
  return gathered(call, from, dims, broadcast_strides(from.dims, rank), 0);
}

}  // namespace

void add_layout_folds(OnnxFolds& folds) {
  folds["Reshape"] = fold_reshape;
  folds["Squeeze"] = fold_squeeze;
  folds["Unsqueeze"] = fold_unsqueeze;
  folds["Transpose"] = fold_transpose;
  folds["Concat"] = fold_concatenation;
  folds["Gather"] = fold_gather;
  folds["Slice"] = fold_slice;
  folds["Expand"] = fold_expand;
}

}  // namespace shoal::model
