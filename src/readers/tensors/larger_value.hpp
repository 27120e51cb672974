// SPDX-License-Identifier: MIT
// The larger of two values, for every reader of networks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "readers/tensors/tensor_graph.hpp"

namespace shoal::readers {

// Adds a layer that reads these nodes and returns its node; the text says which part of the file's layer it is.
using AddLayer = std::function<int(network::Layer, std::vector<int>, std::string const&)>;

// A node with the larger of the values of two nodes, element by element; an axis of one element counts for all. Side by
// side they are windows of two, whose maximum is exactly one of them: a + max(b - a, 0) would lose all digits beside a
// mask of -1e9. Its layers are `part` with names after it, the last one `last`. Errors: input, where the shapes do not
// fit.
int add_larger(TensorGraph const& graph, AddLayer const& add, int left, int right, std::string const& part,
               std::string const& last);

}  // namespace shoal::readers
