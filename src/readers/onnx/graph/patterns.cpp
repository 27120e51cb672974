// SPDX-License-Identifier: MIT
// GELU and SiLU as exporters write them, recognised from the layers already made:
//   x * sigmoid(x), x * sigmoid(1.702 x), x * (1 + erf(x / sqrt 2)) and
//   x * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))),
// with a factor of one half at x, at the bracket or at the product; and choices between two values that are an
// activation:
//   x > 20 ? x : softplus(x), as PyTorch writes it for any factor beta of x; x > 0 ? x : slope * x.
#include <algorithm>
#include <cmath>
#include <optional>

#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

bool near(double value, double wanted) {
  return std::abs(value - wanted) <= 1e-5 * std::abs(wanted);
}

// The node that the activation at `node` reads; nothing if it is another layer.
std::optional<int> input_of(OnnxGraph const& graph, int node, network::Activation kind) {
  auto const* layer = std::get_if<network::Activate>(&graph.node(node).layer);
  if (layer == nullptr || layer->activation != kind) return std::nullopt;
  return graph.node(node).inputs[0];
}

// Whether `node` is x^3: x * x^2.
bool is_cube(OnnxGraph const& graph, int node, int x) {
  if (!std::holds_alternative<network::Multiply>(graph.node(node).layer)) return false;
  std::vector<int> const& factors = graph.node(node).inputs;
  auto const is_square = [&](int factor) {
    if (input_of(graph, factor, network::Activation::square) == x) return true;
    network::Node const& made = graph.node(factor);
    return std::holds_alternative<network::Multiply>(made.layer) && made.inputs == std::vector<int>{x, x};
  };
  return (factors[0] == x && is_square(factors[1])) || (factors[1] == x && is_square(factors[0]));
}

// Whether `node` is x + 0.044715 x^3.
bool is_gelu_polynomial(OnnxGraph const& graph, int node, int x) {
  if (!std::holds_alternative<network::Add>(graph.node(node).layer)) return false;
  std::vector<int> const& terms = graph.node(node).inputs;
  for (std::size_t i = 0; i < 2; ++i) {
    UniformScale const cubic = graph.uniform_scale(terms[1 - i]);
    if (terms[i] == x && near(cubic.scale, 0.044715) && cubic.shift == 0 && is_cube(graph, cubic.of, x)) return true;
  }
  return false;
}

struct Gate {
  network::Activation form = network::Activation::linear;
  double factor = 1;  // the value of the gate is this factor times the gate of the form
};

// What x times the value of `node` is, up to a factor.
std::optional<Gate> gate_of(OnnxGraph const& graph, int node, int x) {
  if (auto const inside = input_of(graph, node, network::Activation::sigmoid)) {
    if (*inside == x) return Gate{network::Activation::silu, 1};
    UniformScale const argument = graph.uniform_scale(*inside);
    if (argument.of == x && argument.shift == 0 && near(argument.scale, 1.702))
      return Gate{network::Activation::gelu_sigmoid, 1};
    return std::nullopt;
  }
  // (1 + f) times a factor, which is one half in GELU itself.
  UniformScale const bracket = graph.uniform_scale(node);
  if (bracket.scale == 0 || bracket.scale != bracket.shift) return std::nullopt;
  double const factor = 2 * bracket.scale;
  if (auto const inside = input_of(graph, bracket.of, network::Activation::erf)) {
    UniformScale const argument = graph.uniform_scale(*inside);
    bool const found = argument.of == x && argument.shift == 0 && near(argument.scale, std::sqrt(0.5));
    return found ? std::optional(Gate{network::Activation::gelu_erf, factor}) : std::nullopt;
  }
  if (auto const inside = input_of(graph, bracket.of, network::Activation::tanh)) {
    UniformScale const argument = graph.uniform_scale(*inside);
    bool const found =
        argument.shift == 0 && near(argument.scale, std::sqrt(2 / M_PI)) && is_gelu_polynomial(graph, argument.of, x);
    return found ? std::optional(Gate{network::Activation::gelu_tanh, factor}) : std::nullopt;
  }
  return std::nullopt;
}

// The factor between two nodes, value = factor * of; nothing if there is no such number.
std::optional<double> ratio(OnnxGraph const& graph, int value, int of) {
  if (value == of) return 1.0;
  UniformScale const a = graph.uniform_scale(value), b = graph.uniform_scale(of);
  if (a.shift != 0 || b.shift != 0 || b.scale == 0) return std::nullopt;
  if (a.of == of) return a.scale;
  if (b.of == value) return 1 / b.scale;
  return a.of == b.of ? std::optional(a.scale / b.scale) : std::nullopt;
}

}  // namespace

std::optional<OnnxView> match_choice(OnnxCall const& call, OnnxComparison const& compared, OnnxView const& upper,
                                     OnnxView const& lower) {
  // From here on softplus differs from its argument by less than e^-16, which float32 does not tell apart.
  constexpr double linear_from = 16.0;
  if (upper.axes != lower.axes || upper.axes != compared.value.axes || upper.batch != lower.batch) return std::nullopt;
  OnnxGraph const& graph = call.graph();
  int const x = compared.value.node;
  auto const of_upper = ratio(graph, upper.node, x);
  if (!of_upper) return std::nullopt;
  UniformScale const outside = graph.uniform_scale(lower.node);
  if (input_of(graph, outside.of, network::Activation::softplus) == x && outside.shift == 0 &&
      near(outside.scale, *of_upper)) {
    if (compared.threshold < linear_from) call.refuse("a softplus that turns linear below 16 is not supported");
    return lower;
  }
  auto const of_lower = ratio(graph, lower.node, x);
  if (compared.threshold != 0 || !of_lower || *of_upper != 1.0) return std::nullopt;
  return call.add_same(network::Activate{network::Activation::leaky_relu, static_cast<float>(*of_lower)},
                       compared.value);
}

std::optional<OnnxView> match_gated_activation(OnnxCall const& call, OnnxView const& left, OnnxView const& right) {
  if (left.axes != right.axes || left.batch != right.batch) return std::nullopt;
  OnnxGraph const& graph = call.graph();
  for (auto const& [value, gate] : {std::pair(left, right), std::pair(right, left)}) {
    UniformScale x = graph.uniform_scale(value.node);
    auto found = gate_of(graph, gate.node, value.node);
    if (found) {
      x = {value.node};
    } else if (x.shift == 0) {
      found = gate_of(graph, gate.node, x.of);
    }
    if (!found) continue;
    OnnxView const made{call.add(network::Activate{found->form, 1.0F}, {x.of}), left.axes, left.batch};
    return call.scaled(made, found->factor * x.scale, 0, "scale");
  }
  return std::nullopt;
}

}  // namespace shoal::readers
