// SPDX-License-Identifier: MIT
// Layers that do something in training only: Keras's own, and Basenji's and Baskerville's random strands and shifts.
#include <array>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

constexpr std::string_view random_strand = "StochasticReverseComplement";

std::vector<TensorView> make_identity(Making const& making) {
  return {making.same(network::Identity{}, making.input)};
}

// In training either strand, with a flag that says whether it is the other one; at inference the sequence as it is, and
// a flag that is false.
std::vector<TensorView> make_random_strand(Making const& making) {
  TensorView const sequence = making.same(network::Identity{}, making.input);
  return {sequence, {making.add(network::Constant{{1, 1}, {0.0F}}, {}, "flag"), {}}};
}

// Reverses a profile if the flag is set, which is never the case at inference.
std::vector<TensorView> make_strand_switch(Making const& making) {
  bool const is_flag = making.inputs.size() == 2 && making.inputs[1].axes.empty() &&
                       making.graph.node(making.inputs[1].node).class_name == random_strand;
  if (!is_flag) {
    making.options.refuse(
        "it is known only as reading a value and the flag of a layer of class 'StochasticReverseComplement'");
  }
  return make_identity(making);
}

}  // namespace

void add_keras_augmentations(KerasMakers& makers) {
  static constexpr std::array<std::string_view, 8> silent = {
      "Dropout",         "SpatialDropout1D", "SpatialDropout2D",       "AlphaDropout",
      "GaussianDropout", "GaussianNoise",    "ActivityRegularization", "SpatialDropout3D"};
  for (std::string_view const each : silent) makers[each] = make_identity;
  makers["StochasticShift"] = {make_identity, KerasArguments::one, true};
  makers[random_strand] = {make_random_strand, KerasArguments::one, true};
  makers["SwitchReverse"] = makers["SwitchReverseTriu"] = {make_strand_switch, KerasArguments::list, true};
}

}  // namespace shoal::readers
