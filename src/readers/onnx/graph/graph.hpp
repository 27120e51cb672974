// SPDX-License-Identifier: MIT
// What ONNX operators read and make: values of the network under construction, or constants.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "readers/onnx/file/file.hpp"
#include "readers/tensors/tensor_graph.hpp"

namespace shoal::readers {

using OnnxAxis = TensorAxis;
using OnnxView = TensorView;
using OnnxGraph = TensorGraph;

// Whether each element of a value is above a number, or below it. Only a choice (Where) reads it.
struct OnnxComparison {
  OnnxView value;
  double threshold = 0.0;
  bool is_above = true;
};

// Which element of an axis is the largest. Only a table (Gather) and a cast to a number read it. `chosen` has a 1 at
// that element and 0 elsewhere; the file's value has the other axes, and one axis of a single element if it `keeps` the
// axis.
struct OnnxPlaces {
  OnnxView chosen;
  std::size_t axis = 0;
  bool keeps = true;
};

using OnnxOperand = std::variant<OnnxTensor, OnnxView, OnnxComparison, OnnxPlaces>;

// Stands for the number of sequences in constants that are computed from shapes. No size in a file is as large.
inline constexpr std::int64_t batch_size_marker = std::int64_t{1} << 40;

// Whether a number is a multiple of the number of sequences.
constexpr bool is_batch_multiple(std::int64_t number) {
  return number >= batch_size_marker && number % batch_size_marker == 0;
}

}  // namespace shoal::readers
