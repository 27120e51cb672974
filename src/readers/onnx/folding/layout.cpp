// SPDX-License-Identifier: MIT
// Constants in other shapes, parts of them, and constants joined.
#include <algorithm>

#include "readers/onnx/folding/constant.hpp"

namespace shoal::readers {

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

// Constants joined along one axis: blocks of each, in turn.
OnnxTensor fold_concatenation(OnnxCall const& call) {
  OnnxTensor const& first = call.constant(0);
  OnnxTensor made{first.dims, first.is_float, {}, {}};
  std::size_t const axis = constant_axis(call, call.integer("axis", 0), first.dims.size());
  made.dims[axis] = 0;
  std::int64_t blocks = 1;
  for (std::size_t i = 0; i < axis; ++i) blocks = element_count(call, {blocks, first.dims[i]});
  for (std::size_t i = 0; i < call.operand_count(); ++i) {
    Dims dims = call.constant(i).dims;
    if (dims.size() != first.dims.size() || call.constant(i).is_float != made.is_float) {
      call.refuse("its constants do not fit together");
    }
    made.dims[axis] += dims[axis];
    dims[axis] = first.dims[axis];
    if (dims != first.dims) call.refuse("its constants do not fit together");
  }
  element_count(call, made.dims);
  auto const append = [&](auto& to, auto const& from, std::int64_t block) {
    auto const size = static_cast<std::ptrdiff_t>(from.size()) / static_cast<std::ptrdiff_t>(blocks);
    to.insert(to.end(), from.begin() + block * size, from.begin() + (block + 1) * size);
  };
  for (std::int64_t block = 0; block < blocks; ++block) {
    for (std::size_t i = 0; i < call.operand_count(); ++i) {
      append(made.floats, call.constant(i).floats, block);
      append(made.integers, call.constant(i).integers, block);
    }
  }
  return made;
}

// Elements of one axis at places that may be a list, a single one, or a tensor.
OnnxTensor fold_gather(OnnxCall const& call) {
  OnnxTensor const &from = call.constant(0), &indices = call.constant(1);
  std::size_t const axis = constant_axis(call, call.integer("axis", 0), from.dims.size());
  std::int64_t before = 1, behind = 1;
  for (std::size_t i = 0; i < axis; ++i) before *= from.dims[i];
  for (std::size_t i = axis + 1; i < from.dims.size(); ++i) behind *= from.dims[i];
  OnnxTensor made{from.dims, from.is_float, {}, {}};
  auto const at = made.dims.begin() + static_cast<std::ptrdiff_t>(axis);
  made.dims.insert(made.dims.erase(at), indices.dims.begin(), indices.dims.end());
  element_count(call, made.dims);
  auto const append = [&](auto& to, auto const& values, std::int64_t start) {
    if (!values.empty()) to.insert(to.end(), values.begin() + start, values.begin() + start + behind);
  };
  for (std::int64_t block = 0; block < before; ++block) {
    for (std::int64_t const index : call.integers(1)) {
      auto const extent = static_cast<std::size_t>(from.dims[axis]);
      auto const place = static_cast<std::int64_t>(constant_axis(call, index, extent));
      append(made.floats, from.floats, (block * from.dims[axis] + place) * behind);
      append(made.integers, from.integers, (block * from.dims[axis] + place) * behind);
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
  bool const fits = ends.size() == starts.size() && axes.size() == starts.size() && steps.size() == starts.size();
  if (!fits) call.refuse("its starts, ends, axes and steps differ in number");
  Dims dims = from.dims;
  std::int64_t first = 0;
  Dims distances(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) distances[i - 1] = distances[i] * dims[i];
  Dims strides = distances;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    std::size_t const axis = constant_axis(call, axes[i], dims.size());
    network::Slice const slice = clamped_slice(call, starts[i], ends[i], steps[i], from.dims[axis]);
    first += slice.start * distances[axis];
    dims[axis] = slice.count;
    strides[axis] = slice.step * distances[axis];
  }
  return gathered(call, from, dims, strides, first);
}

// The value is the same for every sequence: a batch for which it is repeated stays one.
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

OnnxTensor fold_tile(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims repeats = call.integers(1), dims = from.dims;
  if (repeats.size() != dims.size()) call.refuse("its numbers of copies do not fit its axes");
  // The value is the same for every sequence: a batch for which it is repeated stays one.
  std::replace(repeats.begin(), repeats.end(), batch_size_marker, std::int64_t{1});
  // Each axis as copies of itself, and those merged.
  Dims split, strides;
  Dims const steps = broadcast_strides(dims, dims.size());
  for (std::size_t i = 0; i < dims.size(); ++i) {
    split.insert(split.end(), {repeats[i], dims[i]});
    strides.insert(strides.end(), {0, steps[i]});
    dims[i] = element_count(call, {repeats[i], dims[i]});
  }
  return reshaped(call, gathered(call, from, split, strides, 0), dims);
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
  folds["Tile"] = fold_tile;
}

}  // namespace shoal::readers
