// SPDX-License-Identifier: MIT
// ONNX's LSTM, GRU and RNN, forward, reverse and bidirectional: a dense layer for the products of the gates with the
// input, then the recurrence.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

using kernels::RecurrentCell;

// Which of ONNX's gates stands at each of our places (kernels/layers.hpp). ONNX: LSTM input, output, forget, candidate;
// GRU update, reset, candidate.
std::vector<std::int64_t> gate_order(RecurrentCell cell) {
  if (cell == RecurrentCell::lstm) return {0, 2, 3, 1};
  if (cell == RecurrentCell::gru) return {0, 1, 2};
  return {0};
}

// Sizes of an operator, checked against its weights.
struct Sizes {
  RecurrentCell cell = RecurrentCell::simple;
  std::int64_t directions = 1, units = 0, inputs = 0;
  std::int64_t gates() const { return kernels::gates_of(cell); }
};

// The share of one direction in an operand that has one share per direction.
std::span<float const> share_of(OnnxCall const& call, std::size_t index, std::int64_t size, Sizes const& sizes,
                                std::int64_t direction) {
  std::vector<float> const& all = call.floats(index);
  if (static_cast<std::int64_t>(all.size()) != sizes.directions * size) {
    call.refuse(
        fmt::format("its input {} has {} values where {} are needed", index, all.size(), sizes.directions * size));
  }
  return std::span<float const>(all).subspan(static_cast<std::size_t>(direction * size),
                                             static_cast<std::size_t>(size));
}

// [gates * units, columns] in ONNX's order as [columns, gates * units] in ours.
std::vector<float> turned(std::span<float const> matrix, std::int64_t columns, Sizes const& sizes) {
  std::vector<std::int64_t> const order = gate_order(sizes.cell);
  std::vector<float> made(matrix.size());
  std::int64_t const all = sizes.gates() * sizes.units;
  for (std::int64_t gate = 0; gate < sizes.gates(); ++gate) {
    for (std::int64_t unit = 0; unit < sizes.units; ++unit) {
      std::int64_t const row = order[static_cast<std::size_t>(gate)] * sizes.units + unit;
      for (std::int64_t column = 0; column < columns; ++column) {
        made[static_cast<std::size_t>(column * all + gate * sizes.units + unit)] =
            matrix[static_cast<std::size_t>(row * columns + column)];
      }
    }
  }
  return made;
}

network::Activation activation_named(OnnxCall const& call, std::string name, float& alpha) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) { return std::tolower(letter); });
  if (name == "sigmoid") return network::Activation::sigmoid;
  if (name == "tanh") return network::Activation::tanh;
  if (name == "relu") return network::Activation::relu;
  if (name == "softsign") return network::Activation::softsign;
  if (name == "hardsigmoid") {
    alpha = 0.2F;
    return network::Activation::hard_sigmoid;
  }
  call.refuse(fmt::format("unknown activation {}", shoal::quoted(name)));
}

// Gate and state functions: one list per direction; for an LSTM the third function is that of the cell's output.
void set_activations(OnnxCall const& call, std::int64_t direction, kernels::RecurrenceShape& shape) {
  if (!call.has_attribute("activations")) return;
  if (call.has_attribute("activation_alpha") || call.has_attribute("activation_beta")) {
    call.refuse("parameters of its activations are not supported");
  }
  std::vector<std::string> const names = call.texts("activations");
  std::size_t const each = shape.cell == RecurrentCell::lstm ? 3 : (shape.cell == RecurrentCell::gru ? 2 : 1);
  std::size_t const first = static_cast<std::size_t>(direction) * each;
  if (names.size() < first + each) call.refuse("its activations are too few");
  if (each > 1) shape.gate = activation_named(call, names[first], shape.gate_alpha);
  shape.state = activation_named(call, names[first + (each > 1 ? 1 : 0)], shape.state_alpha);
  float alpha = 1.0F;
  bool const differs = each == 3 && activation_named(call, names[first + 2], alpha) != shape.state;
  if (differs) call.refuse("different activations of an LSTM's candidate and output are not supported");
}

Sizes sizes_of(OnnxCall const& call, RecurrentCell cell) {
  Sizes sizes{.cell = cell};
  std::string const direction = call.text("direction", "forward");
  if (direction == "bidirectional") {
    sizes.directions = 2;
  } else if (direction != "forward" && direction != "reverse") {
    call.refuse(fmt::format("unknown direction {}", shoal::quoted(direction)));
  }
  std::vector<std::int64_t> const& dims = call.constant(1).dims;
  std::vector<std::int64_t> const& recurrent = call.constant(2).dims;
  if (dims.size() != 3 || recurrent.size() != 3 || dims[0] != sizes.directions) call.refuse("its weights do not fit");
  sizes.units = recurrent[2];
  sizes.inputs = dims[2];
  bool const fits = sizes.units >= 1 && sizes.inputs >= 1 && sizes.units <= (std::int64_t{1} << 24) &&
                    dims[1] == sizes.gates() * sizes.units && call.integer("hidden_size", sizes.units) == sizes.units;
  if (!fits) call.refuse("its weights do not fit its hidden_size");
  if (call.has_attribute("clip")) call.refuse("clipping is not supported");
  if (call.integer("input_forget", 0) != 0) call.refuse("coupled input and forget gates are not supported");
  if (call.has(7)) {
    std::vector<float> const& peepholes = call.floats(7);
    bool const none = std::all_of(peepholes.begin(), peepholes.end(), [](float each) { return each == 0.0F; });
    if (!none) call.refuse("peepholes are not supported");
  }
  return sizes;
}

// The input as a matrix of positions and channels.
OnnxView matrix_of(OnnxCall const& call, Sizes const& sizes) {
  OnnxView const& view = call.any_view(0);
  std::size_t const batch = call.integer("layout", 0) == 0 ? 1 : 0;
  if (view.axes.size() != 2 || view.batch != BatchPlace{batch})
    call.refuse("its input's axes are not those of its layout");
  OnnxView const matrix = call.graph().arranged(view, {0}, {1});
  network::Shape const shape = call.graph().node(matrix.node).shape;
  if (shape.channels != sizes.inputs) {
    call.refuse(fmt::format("its weights read {} values of {}", sizes.inputs, shape.channels));
  }
  if (call.has(4)) {
    std::vector<std::int64_t> const& lengths = call.integers(4);
    bool const whole = std::all_of(lengths.begin(), lengths.end(), [&](auto each) { return each == shape.positions; });
    if (!whole) call.refuse("sequences of different lengths are not supported");
  }
  return matrix;
}

// The first states, constant and the same for all sequences; nothing if they are zeros.
std::vector<float> initial_states(OnnxCall const& call, Sizes const& sizes, std::int64_t direction) {
  std::vector<float> states;
  for (std::size_t index = 5; index < (sizes.cell == RecurrentCell::lstm ? 7U : 6U); ++index) {
    if (!call.has(index)) {
      states.resize(states.size() + static_cast<std::size_t>(sizes.units), 0.0F);
      continue;
    }
    auto const own = share_of(call, index, sizes.units, sizes, direction);
    states.insert(states.end(), own.begin(), own.end());
  }
  bool const zeros = std::all_of(states.begin(), states.end(), [](float each) { return each == 0.0F; });
  return zeros ? std::vector<float>{} : states;
}

// One direction's states, [positions, states * units].
int add_direction(OnnxCall const& call, Sizes const& sizes, int input, std::int64_t direction) {
  std::string const part = sizes.directions == 2 ? (direction == 0 ? "forward" : "reverse") : "states";
  network::Recurrence layer;
  layer.recurrence.cell = sizes.cell;
  layer.recurrence.units = sizes.units;
  layer.recurrence.backwards = direction == 1 || call.text("direction", "forward") == "reverse";
  layer.recurrence.resets_after = call.integer("linear_before_reset", 0) != 0;
  set_activations(call, direction, layer.recurrence);
  std::int64_t const gates = sizes.gates() * sizes.units;
  network::Dense dense{
      gates, turned(share_of(call, 1, gates * sizes.inputs, sizes, direction), sizes.inputs, sizes), {}};
  layer.kernel = turned(share_of(call, 2, gates * sizes.units, sizes, direction), sizes.units, sizes);
  if (call.has(3)) {
    auto const biases = share_of(call, 3, 2 * gates, sizes, direction);
    dense.bias = turned(biases.first(static_cast<std::size_t>(gates)), 1, sizes);
    layer.bias = turned(biases.last(static_cast<std::size_t>(gates)), 1, sizes);
  }
  layer.initial = initial_states(call, sizes, direction);
  int const products = call.add(std::move(dense), {input}, part + "/gates");
  return call.add(std::move(layer), {products}, part);
}

// Y [positions, directions, batch, units], Y_h and Y_c [directions, batch, units]; the batch first with layout 1.
template <RecurrentCell Cell>
std::vector<OnnxOperand> make_recurrence(OnnxCall const& call) {
  Sizes const sizes = sizes_of(call, Cell);
  OnnxGraph& graph = call.graph();
  OnnxView const input = matrix_of(call, sizes);
  bool const batch_first = call.integer("layout", 0) != 0;
  std::int64_t const positions = graph.node(input.node).shape.positions;
  std::array<std::vector<int>, 3> parts;  // outputs Y, Y_h and Y_c
  for (std::int64_t direction = 0; direction < sizes.directions; ++direction) {
    int const states = add_direction(call, sizes, input.node, direction);
    bool const backwards = std::get<network::Recurrence>(graph.node(states).layer).recurrence.backwards;
    int hidden = states;
    if (Cell == RecurrentCell::lstm)
      hidden = call.add(network::Slice{network::Axis::channels, 0, sizes.units, 1}, {states}, "hidden");
    network::Slice const last{network::Axis::positions, backwards ? 0 : positions - 1, 1, 1};
    parts[0].push_back(hidden);
    parts[1].push_back(call.add(last, {hidden}, "last"));
    if (Cell == RecurrentCell::lstm) {
      int const cells =
          call.add(network::Slice{network::Axis::channels, sizes.units, sizes.units, 1}, {states}, "cells");
      parts[2].push_back(call.add(last, {cells}, "last_cell"));
    }
  }
  std::vector<OnnxOperand> made;
  for (std::size_t i = 0; i < (Cell == RecurrentCell::lstm ? 3U : 2U); ++i) {
    int const node =
        parts[i].size() == 1 ? parts[i][0] : call.add(network::Concatenate{network::Axis::channels}, parts[i]);
    network::Shape const shape = graph.node(node).shape;
    std::vector<OnnxAxis> axes = OnnxGraph::row_major({shape.positions, sizes.directions, sizes.units}, shape);
    if (i > 0) axes.erase(axes.begin());
    made.push_back(OnnxView{node, axes, BatchPlace{batch_first ? 0U : axes.size() - 1}});
  }
  return made;
}

}  // namespace

void add_recurrent_operators(OnnxMakers& makers) {
  makers["LSTM"] = make_recurrence<RecurrentCell::lstm>;
  makers["GRU"] = make_recurrence<RecurrentCell::gru>;
  makers["RNN"] = make_recurrence<RecurrentCell::simple>;
}

}  // namespace shoal::readers
