// SPDX-License-Identifier: MIT
#include "model/describe.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"

namespace shoal::model {

namespace {

std::string shown(Shape shape) {
  return fmt::format("{} x {}", shape.positions, shape.channels);
}

using Row = std::array<std::string, 6>;

Row row_of(Network const& network, Node const& node) {
  std::vector<std::string> reads;
  for (int const input : node.inputs) reads.push_back(network.nodes[static_cast<std::size_t>(input)].name);
  std::int64_t const parameters = parameter_count(node);
  double const cost = operations(network, node);
  return {node.name,
          node.class_name,
          join(reads, ", "),
          shown(node.shape),
          parameters == 0 ? "" : std::to_string(parameters),
          cost == 0 ? "" : fmt::format("{:.3f}", cost / 1e6)};
}

std::string print_table(std::vector<Row> const& rows) {
  std::array<std::size_t, 6> widths{};
  for (Row const& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (Row const& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      // Names to the left, numbers to the right.
      if (i < 4) {
        fmt::format_to(std::back_inserter(line), "{:<{}}  ", row[i], widths[i]);
      } else {
        fmt::format_to(std::back_inserter(line), "{:>{}}  ", row[i], widths[i]);
      }
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
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
  std::vector<Row> rows = {{"layer", "class", "reads", "shape", "parameters", "MFLOP"}};
  std::int64_t parameters = 0;
  double cost = 0;
  for (Node const& node : network.nodes) {
    rows.push_back(row_of(network, node));
    parameters += parameter_count(node);
    cost += operations(network, node);
  }
  rows.push_back({"total", "", "", "", std::to_string(parameters), fmt::format("{:.3f}", cost / 1e6)});
  std::vector<std::string> outputs;
  for (int const output : network.outputs) outputs.push_back(network.nodes[static_cast<std::size_t>(output)].name);
  return fmt::format("{}, input {} x 4, outputs {}\n", network.source, network.input_length(), join(outputs, ", ")) +
         print_table(rows);
}

}  // namespace shoal::model
