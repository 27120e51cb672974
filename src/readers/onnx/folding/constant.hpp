// SPDX-License-Identifier: MIT
// Folding of constants: what the groups of operators share. Every error is input and names the node.
#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

using Dims = std::vector<std::int64_t>;

// Elements of a tensor of these extents. Errors: input, when an extent is negative or there are more than 2^28.
std::int64_t element_count(OnnxCall const& call, Dims const& dims);

// The shape that tensors are broadcast to. Errors: input, when they do not fit together.
Dims common_dims(OnnxCall const& call, std::vector<OnnxTensor const*> const& tensors);

// Row-major strides, of `rank` axes, missing ones before the others; 0 for axes of one element, which are broadcast.
Dims broadcast_strides(Dims const& dims, std::size_t rank);

// Calls `visit(offsets)` for each of the `count` elements of `dims` in row-major order, with one offset per list of
// strides.
void walk(Dims const& dims, std::vector<Dims> const& strides, std::int64_t count,
          std::function<void(std::vector<std::int64_t> const&)> const& visit);

// An axis counted from 0 or from the end. Errors: input, when it is none of `rank`.
std::size_t constant_axis(OnnxCall const& call, std::int64_t axis, std::size_t rank);

// Computes the value of a node whose operands are constants; and the operators of a file, by name.
using OnnxFold = OnnxTensor (*)(OnnxCall const&);
using OnnxFolds = std::map<std::string_view, OnnxFold>;
void add_arithmetic_folds(OnnxFolds& folds);
void add_layout_folds(OnnxFolds& folds);
void add_triangle_folds(OnnxFolds& folds);
void add_logic_folds(OnnxFolds& folds);
void add_reduction_folds(OnnxFolds& folds);

}  // namespace shoal::readers
