// SPDX-License-Identifier: MIT
#include "network/describe.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "base/text_table.hpp"
#include "network/receptive_field.hpp"

namespace shoal::network {

namespace {

std::string shown(Shape shape) {
  return fmt::format("{} x {}", shape.positions, shape.channels);
}

std::vector<std::string> row_of(Network const& network, Node const& node, std::int64_t field) {
  std::vector<std::string> reads;
  for (int const input : node.inputs) reads.push_back(network.nodes[static_cast<std::size_t>(input)].name);
  std::int64_t const parameters = parameter_count(node);
  double const cost = operations(network, node);
  return {node.name,
          node.class_name,
          join(reads, ", "),
          shown(node.shape),
          field == 0 ? "" : std::to_string(field),
          parameters == 0 ? "" : std::to_string(parameters),
          cost == 0 ? "" : fmt::format("{:.3f}", cost / 1e6)};
}

struct ParameterCount {
  std::size_t operator()(Conv1D const& layer) const { return layer.kernel.size() + layer.bias.size(); }
  std::size_t operator()(Dense const& layer) const { return layer.kernel.size() + layer.bias.size(); }
  std::size_t operator()(BatchNorm const& layer) const { return layer.scale.size() + layer.shift.size(); }
  std::size_t operator()(ConvTranspose1D const& layer) const { return layer.kernel.size() + layer.bias.size(); }
  std::size_t operator()(LayerNorm const& layer) const { return layer.scale.size() + layer.shift.size(); }
  std::size_t operator()(Recurrence const& layer) const {
    return layer.kernel.size() + layer.bias.size() + layer.initial.size();
  }
  std::size_t operator()(Constant const& layer) const { return layer.values.size(); }
  template <class Untrained>
  std::size_t operator()(Untrained const&) const {
    return 0;
  }
};

}  // namespace

std::int64_t parameter_count(Node const& node) {
  return static_cast<std::int64_t>(std::visit(ParameterCount{}, node.layer));
}

double operations(Network const& network, Node const& node) {
  if (node.inputs.empty()) return 0;
  Shape const input = network.nodes[static_cast<std::size_t>(node.first_input())].shape;
  auto const channels = static_cast<double>(input.channels);
  double const values = static_cast<double>(node.shape.positions) * static_cast<double>(node.shape.channels);
  if (auto const* convolution = std::get_if<Conv1D>(&node.layer)) {
    return 2 * values * channels * static_cast<double>(convolution->width) / static_cast<double>(convolution->groups);
  }
  if (auto const* transposed = std::get_if<ConvTranspose1D>(&node.layer)) {
    return 2 * static_cast<double>(input.positions) * static_cast<double>(transposed->kernel.size());
  }
  if (auto const* product = std::get_if<MatrixProduct>(&node.layer)) {
    return 2 * values * static_cast<double>(product->product.depth);
  }
  if (auto const* recurrent = std::get_if<Recurrence>(&node.layer)) {
    return 2 * static_cast<double>(input.positions) * static_cast<double>(recurrent->kernel.size());
  }
  return std::holds_alternative<Dense>(node.layer) ? 2 * values * channels : 0;
}

std::string describe(Network const& network) {
  std::vector<std::vector<std::string>> rows = {{"layer", "class", "reads", "shape", "sees", "parameters", "MFLOP"}};
  auto const fields = receptive_fields(network);
  std::int64_t parameters = 0;
  double cost = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Node const& node = network.nodes[i];
    rows.push_back(row_of(network, node, fields[i]));
    parameters += parameter_count(node);
    cost += operations(network, node);
  }
  rows.push_back({"total", "", "", "", "", std::to_string(parameters), fmt::format("{:.3f}", cost / 1e6)});
  std::vector<std::string> outputs;
  for (int const output : network.outputs) outputs.push_back(network.nodes[static_cast<std::size_t>(output)].name);
  return fmt::format("{}, input {} x 4, outputs {}\n", network.source, network.input_length(), join(outputs, ", ")) +
         print_table(rows, 4);
}

}  // namespace shoal::network
