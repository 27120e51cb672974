// SPDX-License-Identifier: MIT
// Operations that stand in for Keras's Lambda layers and for layers of unknown classes.
#include <fmt/core.h>

#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "readers/keras/graph/making.hpp"

namespace shoal::readers {

namespace {

// "scale:0.5" → "scale" and 0.5.
struct Operation {
  std::string_view name;
  std::optional<double> number;

  float needed(Making const& making) const {
    if (!number || !std::isfinite(static_cast<float>(*number))) {
      making.options.refuse(fmt::format("its replacement needs a number: --layer {}={}:X", making.layer.name, name));
    }
    return static_cast<float>(*number);
  }
};

using Maker = TensorView (*)(Making const&, Operation const&);

template <network::Activation Kind>
TensorView activate(Making const& making, Operation const&) {
  return making.same(network::Activate{Kind, 1.0F}, making.input);
}

template <network::Reduction Kind, network::Axis Along>
TensorView reduce(Making const& making, Operation const&) {
  if (Along == network::Axis::positions) {
    return making.value(making.add(network::Reduce{Kind, Along}, {making.sequence().node}), true);
  }
  TensorView reduced = making.same(network::Reduce{Kind, Along}, making.matrix());
  reduced.axes.back().clear();
  return reduced;
}

template <network::Axis Along>
TensorView soft(Making const& making, Operation const&) {
  return making.same(network::Softmax{Along}, Along == network::Axis::positions ? making.sequence() : making.matrix());
}

TensorView reversed(Making const& making, TensorView const& matrix, network::Axis axis, std::string_view part = {}) {
  std::int64_t const length = making.graph.length(matrix.node, axis);
  return making.same(network::Slice{axis, length - 1, length, -1}, matrix, part);
}

template <network::Axis Along>
TensorView reverse(Making const& making, Operation const&) {
  return reversed(making, making.sequence(), Along);
}

// Reversed A, C, G, T are the complements.
TensorView reverse_complement(Making const& making, Operation const&) {
  TensorView const turned = reversed(making, making.sequence(), network::Axis::positions, "reversed");
  return reversed(making, turned, network::Axis::channels);
}

TensorView keep(Making const& making, Operation const&) {
  return making.input;
}

TensorView log_of_one_more(Making const& making, Operation const&) {
  return making.same(network::Activate{network::Activation::log, 1.0F},
                     making.scaled(making.input, 1.0F, 1.0F, "one_more"));
}

TensorView scale(Making const& making, Operation const& operation) {
  return making.scaled(making.input, operation.needed(making), 0.0F);
}

TensorView shift(Making const& making, Operation const& operation) {
  return making.scaled(making.input, 1.0F, operation.needed(making));
}

TensorView squeeze(Making const& making, Operation const&) {
  TensorView view{making.input.node, {}};
  for (TensorAxis const& axis : making.input.axes) {
    if (!axis.empty()) view.axes.push_back(axis);
  }
  if (view.axes.empty()) view.axes.emplace_back();
  return view;
}

TensorView expand(Making const& making, Operation const& operation) {
  TensorView view = making.input;
  auto const rank = static_cast<double>(view.axes.size());
  double const axis = operation.number.value_or(-1);
  double const place = axis < 0 ? axis + rank + 1 : axis - 1;
  if (place != std::floor(place) || place < 0 || place > rank)
    making.options.refuse("its replacement has no such axis");
  view.axes.insert(view.axes.begin() + static_cast<std::ptrdiff_t>(place), TensorAxis{});
  return view;
}

TensorView crop(Making const& making, Operation const& operation) {
  TensorView const matrix = making.sequence();
  auto const cut = static_cast<std::int64_t>(operation.needed(making));
  std::int64_t const count = making.graph.node(matrix.node).shape.positions - 2 * cut;
  if (cut < 0 || count < 1) making.options.refuse("its replacement crops everything");
  return making.same(network::Slice{network::Axis::positions, cut, count, 1}, matrix);
}

std::map<std::string_view, Maker> const& operations() {
  static std::map<std::string_view, Maker> const all = {
      {"identity", keep},
      {"exp", activate<network::Activation::exponential>},
      {"log", activate<network::Activation::log>},
      {"log1p", log_of_one_more},
      {"square", activate<network::Activation::square>},
      {"sqrt", activate<network::Activation::square_root>},
      {"abs", activate<network::Activation::absolute>},
      {"reciprocal", activate<network::Activation::reciprocal>},
      {"relu", activate<network::Activation::relu>},
      {"sigmoid", activate<network::Activation::sigmoid>},
      {"tanh", activate<network::Activation::tanh>},
      {"softplus", activate<network::Activation::softplus>},
      {"gelu", activate<network::Activation::gelu_erf>},
      {"gelu-tanh", activate<network::Activation::gelu_tanh>},
      {"gelu-sigmoid", activate<network::Activation::gelu_sigmoid>},
      {"silu", activate<network::Activation::silu>},
      {"softmax", soft<network::Axis::channels>},
      {"softmax-positions", soft<network::Axis::positions>},
      {"mean-positions", reduce<network::Reduction::mean, network::Axis::positions>},
      {"sum-positions", reduce<network::Reduction::sum, network::Axis::positions>},
      {"max-positions", reduce<network::Reduction::max, network::Axis::positions>},
      {"log-sum-exp-positions", reduce<network::Reduction::log_sum_exp, network::Axis::positions>},
      {"mean-channels", reduce<network::Reduction::mean, network::Axis::channels>},
      {"sum-channels", reduce<network::Reduction::sum, network::Axis::channels>},
      {"max-channels", reduce<network::Reduction::max, network::Axis::channels>},
      {"log-sum-exp-channels", reduce<network::Reduction::log_sum_exp, network::Axis::channels>},
      {"reverse-positions", reverse<network::Axis::positions>},
      {"reverse-channels", reverse<network::Axis::channels>},
      {"reverse-complement", reverse_complement},
      {"squeeze", squeeze},
      {"expand", expand},
      {"crop", crop},
      {"scale", scale},
      {"shift", shift}};
  return all;
}

std::string known_operations() {
  std::vector<std::string> names;
  for (auto const& [name, maker] : operations()) names.emplace_back(name);
  return join(names, ", ");
}

}  // namespace

bool is_keras_layer_replaced(Making const& making) {
  return making.replacements.layer(making.layer.weights_name, making.layer.class_name) != nullptr;
}

std::vector<TensorView> make_keras_replacement(Making const& making) {
  std::string_view const text = *making.replacements.layer(making.layer.weights_name, making.layer.class_name);
  std::size_t const colon = text.find(':');
  Operation operation{text.substr(0, colon), std::nullopt};
  if (colon != std::string_view::npos) operation.number = parse_real(text.substr(colon + 1));
  auto const found = operations().find(operation.name);
  bool const sound = found != operations().end() && (colon == std::string_view::npos || operation.number);
  if (!sound) {
    making.options.refuse(fmt::format("unknown replacement {}; known are {}", shoal::quoted(text), known_operations()));
  }
  if (making.inputs.size() != 1) making.options.refuse("a replacement (--layer) takes one input, and it has several");
  std::size_t const weights = making.weights.count(making.layer);
  if (weights > 0) {
    making.options.refuse(
        fmt::format("it has {} weights, which its replacement {} would leave out: convert the network to ONNX", weights,
                    shoal::quoted(text)));
  }
  return {found->second(making, operation)};
}

std::vector<TensorView> make_keras_lambda(Making const& making) {
  if (is_keras_layer_replaced(making)) return make_keras_replacement(making);
  making.options.refuse(fmt::format(
      "it holds Python byte code, which is never run: say what it computes with --layer {}=OP; OP is one of {}",
      making.layer.weights_name, known_operations()));
}

void refuse_unknown_keras_layer(Making const& making) {
  fail(
      ErrorCode::input,
      fmt::format("unknown {}: say what it computes at inference with --layer {}=OP, such as identity for a layer that "
                  "works in training only; OP is one of {}; a layer of another kind, or with weights of its own, "
                  "needs the network converted to ONNX (tf2onnx)",
                  making.options.where(), making.layer.weights_name, known_operations()));
}

}  // namespace shoal::readers
