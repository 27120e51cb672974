// SPDX-License-Identifier: MIT
// Keras's recurrent layers, in one direction and in both.
#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

using kernels::RecurrentCell;

// One direction of a recurrent layer.
struct Direction {
  KerasOptions const& options;
  RecurrentCell cell;

  std::int64_t units() const { return options.size({"units", "output_dim"}); }
  std::int64_t gates() const { return kernels::gates_of(cell) * units(); }
  bool has_bias() const { return options.flag({"use_bias"}, true); }
  // The reset gate multiplies the product with the state; then that product has a bias of its own.
  bool resets_after() const { return cell == RecurrentCell::gru && options.flag({"reset_after"}, false); }

  std::vector<ExpectedWeight> expected(std::int64_t channels) const {
    std::vector<ExpectedWeight> weights = {{"kernel", "", {channels, gates()}},
                                           {"recurrent_kernel", "", {units(), gates()}}};
    if (!has_bias()) return weights;
    weights.push_back(resets_after() ? ExpectedWeight{"bias", "", {2, gates()}}
                                     : ExpectedWeight{"bias", "", {gates()}});
    return weights;
  }
};

network::Activate function_of(KerasOptions const& options, std::string_view option) {
  auto const made = activation_named(options, option);
  if (!made) return network::Activate{};
  if (!std::holds_alternative<network::Activate>(*made)) options.refuse("softmax is not supported as a gate");
  return std::get<network::Activate>(*made);
}

// The states of one direction: h [positions, units], for an LSTM with c after it.
int add_states(Making const& making, Direction const& direction, std::span<std::vector<float>> weights, bool backwards,
               std::string const& part) {
  network::Dense dense{direction.gates(), std::move(weights[0]), {}};
  network::Recurrence made;
  made.kernel = std::move(weights[1]);
  if (direction.has_bias()) {
    auto const middle = weights[2].begin() + direction.gates();
    dense.bias.assign(weights[2].begin(), middle);
    made.bias.assign(middle, weights[2].end());
  }
  network::Activate const gate = function_of(direction.options, "recurrent_activation");
  network::Activate const state = function_of(direction.options, "activation");
  made.recurrence = {.cell = direction.cell,
                     .units = direction.units(),
                     .backwards = backwards,
                     .resets_after = direction.resets_after(),
                     .gate = gate.activation,
                     .state = state.activation,
                     .gate_alpha = gate.alpha,
                     .state_alpha = state.alpha};
  int const input = making.add(std::move(dense), {making.sequence().node}, part + "input");
  return making.add(std::move(made), {input}, part + "states");
}

int slice_units(Making const& making, Direction const& direction, int states, int which, std::string const& part) {
  if (direction.cell != RecurrentCell::lstm) return states;
  return making.add(network::Slice{network::Axis::channels, which * direction.units(), direction.units(), 1}, {states},
                    part);
}

int slice_last(Making const& making, int node, bool backwards, std::string const& part) {
  std::int64_t const positions = making.graph.node(node).shape.positions;
  return making.add(network::Slice{network::Axis::positions, backwards ? 0 : positions - 1, 1, 1}, {node}, part);
}

void refuse_options(KerasOptions const& options) {
  options.require_flag({"time_major"}, false);
  // Keras would keep the states from one batch to the next.
  options.require_flag({"stateful"}, false);
}

template <RecurrentCell Cell>
std::vector<TensorView> make_recurrence(Making const& making) {
  refuse_options(making.options);
  Direction const direction{making.options, Cell};
  auto weights = making.weights.take_in_order(making.layer, direction.expected(making.channels()));
  bool const backwards = making.options.flag({"go_backwards"}, false);
  int const states = add_states(making, direction, weights, backwards, "");
  int const hidden = slice_units(making, direction, states, 0, "hidden");
  std::vector<TensorView> made;
  if (!making.options.flag({"return_sequences"}, false)) {
    made.push_back(making.value(slice_last(making, hidden, backwards, ""), true));
  } else if (backwards) {
    // Keras gives the states in the order in which they were made.
    std::int64_t const positions = making.graph.node(hidden).shape.positions;
    made.push_back(
        making.value(making.add(network::Slice{network::Axis::positions, positions - 1, positions, -1}, {hidden})));
  } else {
    made.push_back(making.value(hidden));
  }
  if (!making.options.flag({"return_state"}, false)) return made;
  made.push_back(making.value(slice_last(making, hidden, backwards, "last_hidden"), true));
  if (Cell == RecurrentCell::lstm) {
    int const cell = slice_units(making, direction, states, 1, "cell");
    made.push_back(making.value(slice_last(making, cell, backwards, "last_cell"), true));
  }
  return made;
}

RecurrentCell cell_of(KerasLayer const& layer) {
  if (layer.class_name == "LSTM") return RecurrentCell::lstm;
  if (layer.class_name == "GRU") return RecurrentCell::gru;
  if (layer.class_name != "SimpleRNN") layer.options.refuse("only LSTM, GRU and SimpleRNN run in both directions");
  return RecurrentCell::simple;
}

std::vector<TensorView> merged(Making const& making, int forward, int backward, bool flat) {
  if (!making.options.has({"merge_mode"})) return {making.value(forward, flat), making.value(backward, flat)};
  std::string const mode = making.options.text({"merge_mode"}, "concat");
  if (mode == "concat")
    return {making.value(making.add(network::Concatenate{network::Axis::channels}, {forward, backward}), flat)};
  if (mode == "mul") return {making.value(making.add(network::Multiply{}, {forward, backward}), flat)};
  if (mode == "sum") return {making.value(making.add(network::Add{}, {forward, backward}), flat)};
  if (mode != "ave") making.options.refuse(fmt::format("unknown merge_mode '{}'", mode));
  TensorView const sum{making.add(network::Add{}, {forward, backward}, "sum"), {}};
  return {making.value(making.scaled(sum, 0.5F, 0.0F).node, flat)};
}

std::vector<TensorView> make_bidirectional(Making const& making) {
  if (making.layer.wrapped.empty()) making.options.refuse("it wraps no layer");
  KerasLayer const& forward = making.layer.wrapped.front();
  KerasLayer const& backward = making.layer.wrapped.back();
  Direction const directions[2] = {{forward.options, cell_of(forward)}, {backward.options, cell_of(backward)}};
  std::vector<ExpectedWeight> expected;
  for (Direction const& direction : directions) {
    refuse_options(direction.options);
    direction.options.require_flag({"return_state"}, false);
    for (ExpectedWeight const& weight : direction.expected(making.channels())) expected.push_back(weight);
  }
  forward.options.require_flag({"go_backwards"}, false);
  bool const sequences = forward.options.flag({"return_sequences"}, false);
  if (&backward != &forward) {
    backward.options.require_flag({"go_backwards"}, true);
    backward.options.require_flag({"return_sequences"}, sequences);
  }
  auto weights = making.weights.take_in_order(making.layer, expected);
  std::span<std::vector<float>> const all(weights);
  std::size_t const first = directions[0].has_bias() ? 3 : 2;
  int ends[2];
  for (int i = 0; i < 2; ++i) {
    std::string const part = i == 0 ? "forward_" : "backward_";
    int const states = add_states(making, directions[i], i == 0 ? all.first(first) : all.subspan(first), i == 1, part);
    int const hidden = slice_units(making, directions[i], states, 0, part + "hidden");
    ends[i] = sequences ? hidden : slice_last(making, hidden, i == 1, part + "last");
  }
  return merged(making, ends[0], ends[1], !sequences);
}

}  // namespace

void add_keras_recurrences(KerasMakers& makers) {
  makers["LSTM"] = make_recurrence<RecurrentCell::lstm>;
  makers["GRU"] = make_recurrence<RecurrentCell::gru>;
  makers["SimpleRNN"] = make_recurrence<RecurrentCell::simple>;
  makers["Bidirectional"] = make_bidirectional;
}

}  // namespace shoal::readers
