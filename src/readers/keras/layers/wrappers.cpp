// SPDX-License-Identifier: MIT
// Keras layers that wrap another one, other than recurrent ones.
#include <set>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

// The layer inside, with the wrapper's name and input.
std::vector<TensorView> make_inside(Making const& making, KerasLayer const& wrapped) {
  KerasLayer inner = wrapped;
  inner.name = making.layer.name;
  inner.weights_name = making.layer.weights_name + "/layer";
  inner.call = making.layer.call;
  return make_keras_layer({inner, making.inputs, making.weights, making.graph, making.replacements});
}

std::vector<TensorView> make_time_distributed(Making const& making) {
  if (making.layer.wrapped.empty()) making.options.refuse("it wraps no layer");
  KerasLayer const& inner = making.layer.wrapped.front();
  if (!works_on_each_position(inner)) {
    making.options.refuse("it may wrap Dense, normalisations of the channels and activations");
  }
  return make_inside(making, inner);
}

// The kernel in the file is the normalised one: it is normalised in training only.
std::vector<TensorView> make_spectral_norm(Making const& making) {
  if (making.layer.wrapped.empty()) making.options.refuse("it wraps no layer");
  return make_inside(making, making.layer.wrapped.front());
}

}  // namespace

bool works_on_each_position(KerasLayer const& layer) {
  static std::set<std::string_view> const known = {"Dense",
                                                   "Activation",
                                                   "BatchNormalization",
                                                   "LayerNormalization",
                                                   "Dropout",
                                                   "ReLU",
                                                   "LeakyReLU",
                                                   "ELU",
                                                   "Softmax",
                                                   "GaussianNoise",
                                                   "Identity",
                                                   "GaussianDropout",
                                                   "AlphaDropout",
                                                   "Add",
                                                   "Subtract",
                                                   "Multiply",
                                                   "Average",
                                                   "Maximum",
                                                   "Minimum",
                                                   "Concatenate"};
  std::vector<std::int64_t> const axes = layer.options.integers({"axis"});
  bool const is_last = axes.empty() || axes == std::vector<std::int64_t>{-1};
  return known.contains(layer.class_name) && is_last;
}

void add_keras_wrappers(KerasMakers& makers) {
  makers["TimeDistributed"] = make_time_distributed;
  makers["SpectralNormalization"] = make_spectral_norm;
}

}  // namespace shoal::readers
