// SPDX-License-Identifier: MIT
// ONNX operators that work element by element, on one value, on a value and a constant, or on two values.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/text.hpp"
#include "readers/onnx/graph/call.hpp"

namespace shoal::readers {

namespace {

template <network::Activation Kind>
std::vector<OnnxOperand> make_activation(OnnxCall const& call) {
  return {call.add_same(network::Activate{Kind, 1.0F}, call.any_view(0))};
}

std::vector<OnnxOperand> make_elu(OnnxCall const& call) {
  return {call.add_same(network::Activate{network::Activation::elu, call.real("alpha", 1.0F)}, call.any_view(0))};
}

std::vector<OnnxOperand> make_leaky_relu(OnnxCall const& call) {
  return {
      call.add_same(network::Activate{network::Activation::leaky_relu, call.real("alpha", 0.01F)}, call.any_view(0))};
}

std::vector<OnnxOperand> make_hard_sigmoid(OnnxCall const& call) {
  if (call.real("beta", 0.5F) != 0.5F) call.refuse("only a beta of 0.5 is supported");
  return {
      call.add_same(network::Activate{network::Activation::hard_sigmoid, call.real("alpha", 0.2F)}, call.any_view(0))};
}

std::vector<OnnxOperand> make_gelu(OnnxCall const& call) {
  std::string const form = call.text("approximate", "none");
  if (form != "none" && form != "tanh") call.refuse(fmt::format("unknown approximation {}", shoal::quoted(form)));
  return {call.add_same(
      network::Activate{form == "tanh" ? network::Activation::gelu_tanh : network::Activation::gelu_erf, 1.0F},
      call.any_view(0))};
}

std::vector<OnnxOperand> make_swish(OnnxCall const& call) {
  if (call.real("alpha", 1.0F) != 1.0F) call.refuse("only an alpha of 1 is supported");
  return {call.add_same(network::Activate{network::Activation::silu, 1.0F}, call.any_view(0))};
}

// With the usual constants it is an activation of its own.
std::vector<OnnxOperand> make_selu(OnnxCall const& call) {
  float const alpha = call.real("alpha", 1.67326324F), gamma = call.real("gamma", 1.05070099F);
  bool const usual = std::abs(alpha - 1.67326324F) < 1e-6F && std::abs(gamma - 1.05070099F) < 1e-6F;
  if (usual) return {call.add_same(network::Activate{network::Activation::selu, 1.0F}, call.any_view(0))};
  return {call.scaled(call.add_same(network::Activate{network::Activation::elu, alpha}, call.any_view(0), "elu"), gamma,
                      0, "")};
}

std::vector<OnnxOperand> make_celu(OnnxCall const& call) {
  float const alpha = call.real("alpha", 1.0F);
  if (!(alpha > 0)) call.refuse("only an alpha above 0 is supported");
  return {call.add_same(network::Activate{network::Activation::celu, alpha}, call.any_view(0))};
}

std::vector<OnnxOperand> make_negative(OnnxCall const& call) {
  return {call.scaled(call.any_view(0), -1, 0, "")};
}

std::vector<OnnxOperand> make_identity(OnnxCall const& call) {
  return {call.operand(0)};
}

// Whole numbers stay as they are if whole numbers are wanted; otherwise they are the rows of a table of themselves.
OnnxOperand cast_places(OnnxCall const& call, OnnxPlaces const& places) {
  std::int64_t const type = call.integer("to", 1), extent = call.graph().extent(places.chosen, places.axis);
  if (type == 7 || (type == 6 && extent < (std::int64_t{1} << 31))) return places;
  if (type != 1 && type != 11) call.refuse("a cast of places to another type than integers and floats");
  OnnxTensor numbers{{extent}, true, {}, {}};
  for (std::int64_t i = 0; i < extent; ++i) numbers.floats.push_back(static_cast<float>(i));
  return looked_up(call, places, numbers);
}

// ONNX's numbers of types: 1, 10, 11 and 16 are floating-point.
std::vector<OnnxOperand> make_cast(OnnxCall const& call) {
  if (auto const* places = std::get_if<OnnxPlaces>(&call.operand(0))) return {cast_places(call, *places)};
  std::int64_t const type = call.integer("to", 1);
  if (type != 1 && type != 10 && type != 11 && type != 16) call.refuse("a cast to another type than floats");
  return {call.any_view(0)};
}

// A constant that is one number, whatever its shape.
std::optional<double> single_number(OnnxCall const& call, std::size_t index) {
  if (!call.has(index) || !call.is_constant(index) || call.constant(index).size() != 1) return std::nullopt;
  OnnxTensor const& tensor = call.constant(index);
  double const value = tensor.is_float ? static_cast<double>(tensor.floats[0]) : double(tensor.integers[0]);
  if (std::isnan(value)) call.refuse("a constant of it is not a number");
  return value;
}

std::vector<OnnxOperand> make_power(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::optional<double> const power = single_number(call, 1);
  auto const apply = [&](network::Activation kind, OnnxView const& of, char const* part) {
    return call.add_same(network::Activate{kind, 1.0F}, of, part);
  };
  if (power == 1.0) return {view};
  if (power == 2.0) return {apply(network::Activation::square, view, "")};
  if (power == 3.0) {
    OnnxView const square = apply(network::Activation::square, view, "square");
    return {OnnxView{call.add(network::Multiply{}, {square.node, view.node}), view.axes, view.batch}};
  }
  if (power == 4.0) return {apply(network::Activation::square, apply(network::Activation::square, view, "square"), "")};
  if (power == 0.5) return {apply(network::Activation::square_root, view, "")};
  if (power == -1.0) return {apply(network::Activation::reciprocal, view, "")};
  if (power == -0.5)
    return {apply(network::Activation::reciprocal, apply(network::Activation::square_root, view, "root"), "")};
  call.refuse("only powers of -1, -0.5, 0.5, 1, 2, 3 and 4 are supported");
}

// slope * x for x < 0. For slopes of several channels or positions: relu(x) - slope * relu(-x), which is exact.
std::vector<OnnxOperand> make_prelu(OnnxCall const& call) {
  OnnxView const& view = call.any_view(0);
  std::vector<float> const& slopes = call.floats(1);
  bool const uniform = std::all_of(slopes.begin(), slopes.end(), [&](float each) { return each == slopes.front(); });
  if (slopes.empty()) call.refuse("it has no slope");
  if (uniform) return {call.add_same(network::Activate{network::Activation::leaky_relu, slopes.front()}, view)};
  network::Activate const relu{network::Activation::relu, 1.0F};
  OnnxView const above = call.add_same(relu, view, "above");
  OnnxView const below = call.add_same(relu, call.scaled(view, -1, 0, "negative"), "below");
  std::vector<float> turned = slopes;
  for (float& slope : turned) slope = -slope;
  OnnxView const sloped = multiplied_by_constant(call, below, call.constant(1).dims, turned);
  return {OnnxView{call.add(network::Add{}, {above.node, sloped.node}), view.axes, view.batch}};
}

}  // namespace

void add_element_operators(OnnxMakers& makers) {
  makers["Relu"] = make_activation<network::Activation::relu>;
  makers["Exp"] = make_activation<network::Activation::exponential>;
  makers["Sigmoid"] = make_activation<network::Activation::sigmoid>;
  makers["Softplus"] = make_activation<network::Activation::softplus>;
  makers["Tanh"] = make_activation<network::Activation::tanh>;
  makers["Softsign"] = make_activation<network::Activation::softsign>;
  makers["Erf"] = make_activation<network::Activation::erf>;
  makers["Log"] = make_activation<network::Activation::log>;
  makers["Sqrt"] = make_activation<network::Activation::square_root>;
  makers["Reciprocal"] = make_activation<network::Activation::reciprocal>;
  makers["Abs"] = make_activation<network::Activation::absolute>;
  makers["Elu"] = make_elu;
  makers["LeakyRelu"] = make_leaky_relu;
  makers["PRelu"] = make_prelu;
  makers["HardSigmoid"] = make_hard_sigmoid;
  makers["Gelu"] = make_gelu;
  makers["Swish"] = make_swish;
  makers["Selu"] = make_selu;
  makers["Celu"] = make_celu;
  makers["Mish"] = make_activation<network::Activation::mish>;
  makers["HardSwish"] = make_activation<network::Activation::hard_swish>;
  makers["Neg"] = make_negative;
  makers["Identity"] = make_identity;
  makers["Dropout"] = make_identity;
  makers["Cast"] = make_cast;
  makers["Pow"] = make_power;
}

}  // namespace shoal::readers
