// SPDX-License-Identifier: MIT
// What ONNX operators read and make: values of the network under construction, or constants.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/onnx_file.hpp"
#include "model/tensor_graph.hpp"

namespace shoal::model {

using OnnxAxis = TensorAxis;
using OnnxView = TensorView;
using OnnxGraph = TensorGraph;

using OnnxOperand = std::variant<OnnxTensor, OnnxView>;

// Stands for the number of sequences in constants computed from shapes. No size in a file is as large.
inline constexpr std::int64_t batch_size_marker = std::int64_t{1} << 40;

}  // namespace shoal::model
