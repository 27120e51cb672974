// SPDX-License-Identifier: MIT
// One node of an ONNX graph while it is translated: its operands, its attributes, and the network that grows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "readers/onnx/graph/graph.hpp"

namespace shoal::readers {

// Every error is input and begins with the node's name, operator and file.
class OnnxCall {
 public:
  OnnxCall(OnnxNode const& node, std::vector<std::optional<OnnxOperand>> operands, OnnxGraph& graph, std::int64_t opset)
      : node_(node), operands_(std::move(operands)), graph_(graph), opset_(opset) {}

  OnnxGraph& graph() const { return graph_; }
  std::string const& operation() const { return node_.operation; }
  std::int64_t opset() const { return opset_; }
  // "node 'conv1' of operator 'Conv' in FILE".
  std::string where() const;
  [[noreturn]] void refuse(std::string_view text) const;

  std::size_t operand_count() const { return operands_.size(); }
  std::size_t output_count() const { return node_.outputs.size(); }
  bool has(std::size_t index) const { return index < operands_.size() && operands_[index].has_value(); }
  bool is_constant(std::size_t index) const;
  bool all_constant() const;
  OnnxOperand const& operand(std::size_t index) const;
  // A value that depends on the sequence, its batch axis the first.
  OnnxView const& view(std::size_t index) const;
  // The same, wherever its batch axis stands and whichever axes it is merged with.
  OnnxView const& any_view(std::size_t index) const;
  // Makes a value of the network from a view, or from a constant with one row per batch.
  OnnxView value(std::size_t index) const;
  OnnxTensor const& constant(std::size_t index) const;
  // A constant of floating-point numbers, all finite.
  std::vector<float> const& floats(std::size_t index) const;
  std::vector<std::int64_t> const& integers(std::size_t index) const;

  bool has_attribute(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t fallback) const;
  float real(std::string_view name, float fallback) const;
  std::string text(std::string_view name, std::string_view fallback) const;
  std::vector<std::int64_t> integers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  OnnxAttribute const* attribute(std::string_view name) const;

  // An axis of the file, counted from 0 or from the end, with the batch, as an index into a view's axes. Refuses
  // the batch.
  std::size_t view_axis(std::int64_t axis, OnnxView const& view) const;

  // Adds a layer named after the node. `part` tells the layers of one node apart.
  int add(network::Layer layer, std::vector<int> inputs, std::string_view part = {}) const;
  // The view with another node, of the same axes.
  OnnxView add_same(network::Layer layer, OnnxView const& view, std::string_view part = {}) const;
  // Computes y = x * scale + shift with the same numbers for every channel; nothing is added for scale 1 and shift 0.
  OnnxView scaled(OnnxView const& view, double scale, double shift, std::string_view part) const;

 private:
  OnnxNode const& node_;
  std::vector<std::optional<OnnxOperand>> operands_;
  OnnxGraph& graph_;
  std::int64_t opset_;
};

// Translates a node and returns the values of its outputs.
using OnnxMaker = std::vector<OnnxOperand> (*)(OnnxCall const&);
using OnnxMakers = std::map<std::string_view, OnnxMaker>;

// The operators that Shoal reads, in groups: windows moved along the sequence; products and normalisations; functions
// of one element; arithmetic with broadcasting; choices; changes of axes; parts taken and joined; axes lengthened;
// triangles; reductions and softmax; products of two values; recurrent layers; resizing.
void add_window_operators(OnnxMakers& makers);
void add_pool_operators(OnnxMakers& makers);
void add_product_operators(OnnxMakers& makers);
void add_normalisation_operators(OnnxMakers& makers);
void add_element_operators(OnnxMakers& makers);
void add_extreme_operators(OnnxMakers& makers);
void add_arithmetic_operators(OnnxMakers& makers);
void add_choice_operators(OnnxMakers& makers);
void add_axis_operators(OnnxMakers& makers);
void add_reshape_operator(OnnxMakers& makers);
void add_selection_operators(OnnxMakers& makers);
void add_padding_operators(OnnxMakers& makers);
void add_triangle_operators(OnnxMakers& makers);
void add_order_operators(OnnxMakers& makers);
void add_gather_operators(OnnxMakers& makers);
void add_reduction_operators(OnnxMakers& makers);
void add_attention_operators(OnnxMakers& makers);
void add_fused_attention_operators(OnnxMakers& makers);
void add_recurrent_operators(OnnxMakers& makers);
void add_resize_operators(OnnxMakers& makers);

// The value of a node whose operands are all constant, if its operator is one that exporters use to compute
// shapes and weights.
std::optional<OnnxTensor> fold_onnx_constant(OnnxCall const& call);

// ONNX's Slice of an axis of `extent` elements, with its ends clamped; count 0 if nothing is left. `axis` is not set.
network::Slice clamped_slice(OnnxCall const& call, std::int64_t start, std::int64_t end, std::int64_t step,
                             std::int64_t extent);

// The view's elements at these places of one axis, in this order; negative ones are counted from the end.
OnnxView gathered(OnnxCall const& call, OnnxView const& view, std::size_t axis, std::vector<std::int64_t> places);

// Elements start, start + step, … of one of a view's axes; `slice.axis` is not read. `part` as in OnnxCall::add.
OnnxView sliced(OnnxCall const& call, OnnxView const& given, std::size_t axis, network::Slice slice,
                std::string_view part);

// ONNX's MatMul of two values: over their last two axes, for every element of the axes before those.
OnnxView product_of_values(OnnxCall const& call, OnnxView const& left, OnnxView const& right);

// table[places]: rows of a table of one or two axes, the file's Gather along axis 0.
OnnxView looked_up(OnnxCall const& call, OnnxPlaces const& places, OnnxTensor const& table);

// A number that is added. Minus infinity, as in attention masks, becomes the lowest finite number, whose exponential is
// also zero. Errors: input, for other numbers that are not finite.
float finite_addend(OnnxCall const& call, float number);

// A view times a constant that is broadcast to it, as ONNX does.
OnnxView multiplied_by_constant(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& dims,
                                std::vector<float> const& values);

// A layer of two values, one broadcast to the other.
OnnxView joined_views(OnnxCall const& call, network::Layer layer, OnnxView left, OnnxView right);

// The same for a sum.
OnnxView plus_constant(OnnxCall const& call, OnnxView const& view, std::vector<std::int64_t> const& dims,
                       std::vector<float> const& values);

// `upper` if the compared value is above its threshold, else `lower`, as the activation that this is: softplus, made
// linear where the difference is below float32's, or a ReLU with any slope. Nothing if it is another choice.
std::optional<OnnxView> match_choice(OnnxCall const& call, OnnxComparison const& compared, OnnxView const& upper,
                                     OnnxView const& lower);

// The product of two views as GELU, in any of its three forms, or as SiLU, if it is one of them.
std::optional<OnnxView> match_gated_activation(OnnxCall const& call, OnnxView const& left, OnnxView const& right);

}  // namespace shoal::readers
