// SPDX-License-Identifier: MIT
// The axes of an ONNX value as its file has them: one of them is the batch, or an axis merged from the batch and other
// axes.
#pragma once

#include <cstddef>
#include <vector>

#include "readers/onnx/graph/graph.hpp"

namespace shoal::readers {

// One axis of the file: `count` of the view's axes from `first` on, and whether the batch is among them.
struct FileAxis {
  std::size_t first = 0, count = 1;
  bool is_batch = false;
};

std::vector<FileAxis> file_axes(OnnxView const& view);

// Appends one of `view`'s axes to `made`, a view of the same node.
void append_axis(OnnxView& made, OnnxView const& view, FileAxis const& axis);

// What ONNX's Shape gives: the batch counts as batch_size_marker, an axis merged with it as a multiple of that.
std::vector<std::int64_t> file_dims(OnnxGraph const& graph, OnnxView const& view);

}  // namespace shoal::readers
