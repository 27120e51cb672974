// SPDX-License-Identifier: MIT
// The arrays of a Keras weights file, found by layer and role.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hdf5/isolated_reader.hpp"
#include "readers/keras/graph/graph.hpp"

namespace shoal::readers {

// One weight that the class and the options of a layer call for.
struct ExpectedWeight {
  std::string_view role;         // "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"
  std::string_view keras1_role;  // "W", "b", "gamma", "beta", "running_mean", "running_std"
  std::vector<std::int64_t> shape;
};

// What to read from a file of Keras weights.
hdf5::IsolatedRequest keras_request();

// The value of the text attribute `name` of `object`; empty when there is none.
std::string attribute_text(hdf5::Contents const& contents, std::string_view object, std::string_view name);

class KerasWeights {
 public:
  // Sorts a file's arrays by layer: through `layer_names` and `weight_names` (Keras 1 to 3, `.h5`), or, in Keras 3's
  // `.weights.h5`, by the layer's name in the attribute `name`, else by class and position in `graph`. Errors: input,
  // naming `file`: no Keras weights in it, a weight without its array, weights of a layer that the graph lacks.
  KerasWeights(hdf5::Contents contents, KerasGraph const& graph, std::string file);

  // How many arrays of floats the file has for the layer.
  std::size_t count(KerasLayer const& layer) const;

  // The layer's weights in the order of `expected`. Kernels of Keras 1 and of the Theano backend are converted to
  // today's form. Errors: input, naming layer, file, expected and found: missing or further weights, another shape,
  // values that are not finite.
  std::vector<std::vector<float>> take(KerasLayer const& layer, std::vector<ExpectedWeight> const& expected) const;
  // The same, by the order in the file alone, for layers in which several weights have one role.
  std::vector<std::vector<float>> take_in_order(KerasLayer const& layer,
                                                std::vector<ExpectedWeight> const& expected) const;

 private:
  std::vector<std::vector<float>> take(KerasLayer const& layer, std::vector<ExpectedWeight> const& expected,
                                       bool by_role) const;
  void sort_named(std::string const& root, KerasGraph const& graph);
  std::string nested_layer(KerasGraph const& graph, std::string const& model, std::string const& weight) const;
  [[noreturn]] void refuse_unknown(std::string const& layer) const;
  std::vector<std::string> names(std::string const& object, std::string_view attribute) const;

  hdf5::Contents contents_;
  std::string file_;
  bool theano_ = false;
  std::map<std::string, std::vector<std::size_t>> layers_;  // indices of arrays, in the file's order of weights
};

}  // namespace shoal::readers
