// SPDX-License-Identifier: MIT
#include "network/receptive_field.hpp"

#include <algorithm>

#include "network/shapes.hpp"

namespace shoal::network {

namespace {

// Positions begin … end - 1.
struct Run {
  std::int64_t begin = 0, end = 0;
  bool empty() const { return begin >= end; }
};

Run united(Run a, Run b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

// The positions of one input from which the positions `run` of the node's value are computed.
struct ReadRun {
  Run run;
  Shape output, input;
  std::int64_t before = 0;  // positions of the inputs before this one (of a concatenation)

  Run all() const { return {0, input.positions}; }
  Run same() const { return input.positions == output.positions ? run : all(); }
  Run windows(Sliding const& sliding, std::int64_t stride, std::int64_t extent) const {
    return {run.begin * stride - sliding.pad_left, (run.end - 1) * stride - sliding.pad_left + extent};
  }
  // Row-major elements stay where they are.
  Run reshaped() const {
    std::int64_t const first = run.begin * output.channels, last = run.end * output.channels - 1;
    return {first / input.channels, last / input.channels + 1};
  }

  Run operator()(Conv1D const& layer) const {
    return windows(slide(layer, input.positions), layer.stride, (layer.width - 1) * layer.dilation + 1);
  }
  Run operator()(Pool const& layer) const { return windows(slide(layer, input.positions), layer.stride, layer.width); }
  Run operator()(ConvTranspose1D const& layer) const {
    std::int64_t const cut = slide(layer, input.positions).pad_left, reach = (layer.width - 1) * layer.dilation;
    std::int64_t const first = std::max<std::int64_t>(run.begin + cut - reach, 0);
    return {(first + layer.stride - 1) / layer.stride, (run.end - 1 + cut) / layer.stride + 1};
  }
  Run operator()(Dense const&) const { return same(); }
  Run operator()(BatchNorm const&) const { return same(); }
  Run operator()(LayerNorm const&) const { return same(); }
  Run operator()(Activate const&) const { return same(); }
  Run operator()(Identity const&) const { return same(); }
  Run operator()(Add const&) const { return same(); }
  Run operator()(Multiply const&) const { return same(); }
  Run operator()(Softmax const& layer) const { return layer.axis == Axis::channels ? same() : all(); }
  Run operator()(TopK const& layer) const { return layer.axis == Axis::channels ? same() : all(); }
  Run operator()(Hardmax const& layer) const { return layer.axis == Axis::channels ? same() : all(); }
  Run operator()(Reduce const& layer) const { return layer.axis == Axis::channels ? same() : all(); }
  Run operator()(Concatenate const& layer) const {
    return layer.axis == Axis::channels ? same() : Run{run.begin - before, run.end - before};
  }
  Run operator()(Slice const& layer) const {
    if (layer.axis == Axis::channels) return same();
    std::int64_t const one = layer.start + run.begin * layer.step, other = layer.start + (run.end - 1) * layer.step;
    return {std::min(one, other), std::max(one, other) + 1};
  }
  Run operator()(Pad const& layer) const { return {run.begin - layer.left, run.end - layer.left}; }
  Run operator()(Reshape const&) const { return reshaped(); }
  Run operator()(Flatten const&) const { return reshaped(); }
  template <class Mixing>
  Run operator()(Mixing const&) const {
    return all();
  }
};

std::int64_t field_of(Network const& network, int node) {
  std::vector<Run> runs(static_cast<std::size_t>(node) + 1);
  std::int64_t const middle = network.nodes[static_cast<std::size_t>(node)].shape.positions / 2;
  runs.back() = {middle, middle + 1};
  for (int i = node; i > 0; --i) {
    Node const& each = network.nodes[static_cast<std::size_t>(i)];
    Run const run = runs[static_cast<std::size_t>(i)];
    if (run.empty()) continue;
    std::int64_t before = 0;
    for (int const from : each.inputs) {
      Shape const input = network.nodes[static_cast<std::size_t>(from)].shape;
      Run const read = std::visit(ReadRun{run, each.shape, input, before}, each.layer);
      Run const inside = {std::max<std::int64_t>(read.begin, 0), std::min(read.end, input.positions)};
      runs[static_cast<std::size_t>(from)] = united(runs[static_cast<std::size_t>(from)], inside);
      before += input.positions;
    }
  }
  return runs.front().empty() ? 0 : runs.front().end - runs.front().begin;
}

}  // namespace

std::vector<std::int64_t> receptive_fields(Network const& network) {
  std::vector<std::int64_t> fields;
  for (int i = 0; i < static_cast<int>(network.nodes.size()); ++i) fields.push_back(field_of(network, i));
  return fields;
}

}  // namespace shoal::network
