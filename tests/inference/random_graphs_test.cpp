// SPDX-License-Identifier: MIT
// Graphs that no one would draw, in which every layer reads any earlier ones: fusion, memory and order of the compiled
// pass pass against the reference executor.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "inference/every_element.hpp"
#include "inference/scorer.hpp"
#include "network/describe.hpp"
#include "network/shapes.hpp"
#include "support/backends.hpp"
#include "support/emulated.hpp"
#include "support/reference_network.hpp"

namespace shoal::inference {
namespace {

class RandomGraph {
 public:
  explicit RandomGraph(unsigned seed) : generator_(seed), length_(uniform(9, 40)), maker_(length_, seed) {
    shapes_.push_back({length_, 4});
    // Values near 1, so that logarithms, quotients and exponentials stay tame.
    push(maker_.convolution(uniform(2, 9), uniform(1, 6)));
    push(maker_.activate(network::Activation::sigmoid));
    for (int i = 0; i < 14; ++i) grow();
  }

  // Outputs: the last layer and some others.
  std::shared_ptr<network::Network const> network() {
    int const last = static_cast<int>(shapes_.size()) - 1;
    std::vector<int> outputs = {last};
    for (int i = 0; i < 2; ++i) outputs.push_back(static_cast<int>(uniform(1, last)));
    std::sort(outputs.begin(), outputs.end());
    outputs.erase(std::unique(outputs.begin(), outputs.end()), outputs.end());
    return maker_.network(outputs);
  }

 private:
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(generator_);
  }
  void push(int) { shapes_.push_back(maker_.network()->nodes.back().shape); }
  network::Shape shape(int node) const { return shapes_[static_cast<std::size_t>(node)]; }
  // Late nodes more often, so that chains grow.
  int any_node() {
    int const last = static_cast<int>(shapes_.size()) - 1;
    return uniform(0, 1) == 0 ? last : static_cast<int>(uniform(1, last));
  }

  void grow() {
    int const from = any_node();
    switch (uniform(0, 17)) {
      case 0:
      case 1:
        return convolution(from);
      case 2:
        return transposed(from);
      case 3:
        return push(maker_.norm(from));
      case 4:
        return push(maker_.activate(
            static_cast<network::Activation>(uniform(0, static_cast<int>(network::Activation::silu))), 0.5F, from));
      case 5:
        return pool(from);
      case 6:
        return join(from, true);
      case 7:
        return join(from, false);
      case 8:
        return concatenate(from);
      case 9:
        return slice(from);
      case 10:
        return reduce(from);
      case 11:
        return push(maker_.add(network::Softmax{axis()}, from));
      case 12:
        return shape(from).size() > 400 ? void()
                                        : push(maker_.add(uniform(0, 1) == 0 ? network::Layer(network::Transpose{})
                                                                             : network::Layer(network::Flatten{}),
                                                          from));
      case 13:
        return permute(from);
      case 14:
      case 15:
        return product(from);
      case 16:
        return recurrence(from);
      default:
        return shape(from).channels > 60 ? void() : push(maker_.dense(uniform(1, 9), from));
    }
  }

  network::Axis axis() { return uniform(0, 1) == 0 ? network::Axis::positions : network::Axis::channels; }

  void convolution(int from) {
    network::Shape const in = shape(from);
    if (in.channels > 60) return;
    network::Conv1D layer;
    layer.width = uniform(1, 5);
    layer.stride = uniform(1, 2);
    layer.dilation = uniform(1, 3);
    layer.padding = network::Padding::counted;
    std::int64_t const extent = (layer.width - 1) * layer.dilation + 1;
    layer.pad_left = uniform(0, 4);
    layer.pad_right = std::max<std::int64_t>(uniform(0, 4), extent - in.positions - layer.pad_left);
    layer.groups = uniform(0, 1) == 0 ? in.channels : 1;
    layer.filters = layer.groups * uniform(1, layer.groups == 1 ? 9 : 2);
    std::int64_t const depth = in.channels / layer.groups;
    double const spread = 1.0 / std::sqrt(static_cast<double>(layer.width * depth));
    layer.kernel = maker_.random(layer.width * depth * layer.filters, spread);
    if (uniform(0, 1) == 0) layer.bias = maker_.random(layer.filters, 0.2);
    push(maker_.add(std::move(layer), from));
  }

  void transposed(int from) {
    network::Shape const in = shape(from);
    if (in.channels > 60 || in.positions > 60) return;
    network::ConvTranspose1D layer;
    layer.filters = uniform(1, 6);
    layer.width = uniform(1, 4);
    layer.stride = uniform(1, 3);
    layer.padding = static_cast<network::Padding>(uniform(0, 1));
    double const spread = 1.0 / std::sqrt(static_cast<double>(layer.width * in.channels));
    layer.kernel = maker_.random(layer.width * in.channels * layer.filters, spread);
    layer.bias = maker_.random(layer.filters, 0.2);
    push(maker_.add(std::move(layer), from));
  }

  void pool(int from) {
    std::int64_t const width = uniform(1, std::min<std::int64_t>(4, shape(from).positions));
    auto const kind = uniform(0, 2) == 0 ? network::PoolKind::average : network::PoolKind::max;
    push(maker_.add(network::Pool{.kind = kind, .width = width, .stride = uniform(0, 2) == 0 ? 1 : width}, from));
  }

  // With the value itself, a part of it along an axis, or its maximum over the positions.
  void join(int from, bool sum) {
    network::Layer const layer = sum ? network::Layer(network::Add{}) : network::Layer(network::Multiply{});
    std::vector<int> inputs = {from, from};
    for (int i = 1; i < static_cast<int>(shapes_.size()); ++i) {
      if (shape(i) == shape(from) && uniform(0, 1) == 0) inputs[1] = i;
    }
    if (uniform(0, 2) == 0) {
      push(maker_.add(network::Reduce{network::Reduction::max, axis()}, from));
      inputs[static_cast<std::size_t>(uniform(0, 1))] = static_cast<int>(shapes_.size()) - 1;
      if (inputs[1] != from && inputs[0] != from) inputs[0] = from;
    }
    if (uniform(0, 3) == 0) inputs.push_back(from);
    push(maker_.join(layer, inputs));
  }

  void concatenate(int from) {
    network::Axis const along = axis();
    std::vector<int> inputs = {from};
    for (int i = 1; i < static_cast<int>(shapes_.size()); ++i) {
      bool const fits = along == network::Axis::positions ? shape(i).channels == shape(from).channels
                                                          : shape(i).positions == shape(from).positions;
      if (fits && shape(i).size() < 200 && uniform(0, 2) == 0 && inputs.size() < 4) inputs.push_back(i);
    }
    push(maker_.join(network::Concatenate{along}, inputs));
  }

  void slice(int from) {
    network::Axis const along = axis();
    std::int64_t const size = along == network::Axis::positions ? shape(from).positions : shape(from).channels;
    std::int64_t const start = uniform(0, size - 1);
    bool const back = uniform(0, 1) == 0;
    push(maker_.add(network::Slice{along, start, back ? start + 1 : size - start, back ? -1 : 1}, from));
  }

  // Positions and channels in two parts each where they are even.
  void permute(int from) {
    network::Shape const in = shape(from);
    std::int64_t const p = in.positions % 2 == 0 ? 2 : 1, c = in.channels % 2 == 0 ? 2 : 1;
    network::Permute layer{{p, in.positions / p, c, in.channels / c}, {0, 1, 2, 3}, {}};
    std::shuffle(layer.order.begin(), layer.order.end(), generator_);
    layer.shape.channels = layer.extents[static_cast<std::size_t>(layer.order[3])];
    layer.shape.positions = in.size() / layer.shape.channels;
    push(maker_.add(layer, from));
  }

  // With itself: the products of all pairs of positions, or of channels.
  void product(int from) {
    network::Shape const in = shape(from);
    std::int64_t const p = in.positions, c = in.channels;
    if (p > 40 || c > 60) return;
    bool const of_positions = uniform(0, 1) == 0;
    kernels::MatrixSteps const rows{p * c, c, 1}, columns{p * c, 1, c};
    std::int64_t const size = of_positions ? p : c;
    network::MatrixProduct layer{{1,
                                  size,
                                  of_positions ? c : p,
                                  size,
                                  of_positions ? rows : columns,
                                  of_positions ? columns : rows,
                                  {size * size, size, 1}},
                                 {size, size}};
    push(maker_.join(layer, {from, from}));
    // Means instead of sums.
    push(maker_.norm());
    push(maker_.activate(network::Activation::softsign));
  }

  void recurrence(int from) {
    if (shape(from).channels > 60 || shape(from).positions > 60) return;
    auto const cell = static_cast<kernels::RecurrentCell>(uniform(0, 2));
    std::int64_t const units = uniform(1, 9), gates = kernels::gates_of(cell) * units;
    push(maker_.dense(gates, from));
    network::Recurrence layer;
    layer.recurrence = {
        .cell = cell, .units = units, .backwards = uniform(0, 1) == 0, .resets_after = uniform(0, 1) == 0};
    layer.kernel = maker_.random(units * gates, 0.5);
    layer.initial = maker_.random(kernels::states_of(cell) * units, 0.5);
    push(maker_.add(std::move(layer)));
  }

  void reduce(int from) {
    push(maker_.add(network::Reduce{static_cast<network::Reduction>(uniform(0, 3)), axis()}, from));
  }

  std::mt19937 generator_;
  std::int64_t length_;
  test::NetworkMaker maker_;
  std::vector<network::Shape> shapes_;
};

class RandomGraphsTest : public test::OnBackend {
 protected:
  unsigned graphs_of(unsigned all) const { return test::is_emulated(backend()) ? all / 4 : all; }
  std::vector<float> score(std::shared_ptr<network::Network const> const& network,
                           std::vector<test::Codes> const& sequences, std::vector<network::Task> const& tasks,
                           std::int64_t batch, kernels::Precision precision = kernels::Precision::f32) const {
    test::PackedCodes const packed(backend(), sequences);
    Scorer scorer(backend(), network, tasks, batch, {}, precision);
    device::Buffer<float> scores(backend(), sequences.size() * tasks.size());
    scorer.score(packed.view(), scores);
    return scores.to_host();
  }
};

TEST_P(RandomGraphsTest, AgreeWithTheReference) {
  unsigned const graphs = graphs_of(400);
  int compared = 0;
  for (unsigned seed = 1; seed <= graphs; ++seed) {
    auto const network = RandomGraph(seed).network();
    SCOPED_TRACE(testing::Message() << "seed " << seed << "\n" << network::describe(*network));
    auto const length = static_cast<std::size_t>(network->input_length());
    auto const sequences = test::random_codes(5, length, seed, {length / 3});
    std::vector<network::Task> const tasks = test::every_element(*network);
    auto const values = score(network, sequences, tasks, 0);
    EXPECT_EQ(score(network, sequences, tasks, 2), values) << "in batches of 2";
    for (std::size_t s = 0; s < sequences.size(); ++s) {
      for (std::size_t i = 0; i < tasks.size();) {
        int const output = tasks[i].node;
        auto const expected = test::reference_value(*network, sequences[s], output);
        double const largest = std::abs(*std::max_element(
            expected.begin(), expected.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
        for (double const value : expected) {
          auto const found = static_cast<double>(values[s * tasks.size() + i++]);
          if (largest > 1e6) continue;  // exponentials of sums
          ASSERT_NEAR(found, value, 2e-5 * (1.0 + largest)) << "node " << output << ", sequence " << s;
          ++compared;
        }
      }
    }
  }
  EXPECT_GT(compared, 100 * static_cast<int>(graphs));
}

TEST_P(RandomGraphsTest, AgreeInReducedPrecision) {
  unsigned const graphs = graphs_of(150);
  int compared = 0;
  for (unsigned seed = 1; seed <= graphs; ++seed) {
    auto const network = RandomGraph(seed).network();
    SCOPED_TRACE(testing::Message() << "seed " << seed << "\n" << network::describe(*network));
    auto const length = static_cast<std::size_t>(network->input_length());
    auto const sequences = test::random_codes(5, length, seed, {length / 3});
    std::vector<network::Task> const tasks = test::every_element(*network);
    auto const exact = score(network, sequences, tasks, 0);
    for (auto const precision : {kernels::Precision::bf16x3, kernels::Precision::bf16}) {
      auto const values = score(network, sequences, tasks, 0, precision);
      EXPECT_EQ(score(network, sequences, tasks, 2, precision), values) << "in batches of 2";
      for (std::size_t i = 0; i < values.size(); ++i) {
        double const expected = exact[i], found = values[i];
        if (std::abs(expected) > 100.0) continue;  // grown by exponentials, and their errors with them
        double const bound = precision == kernels::Precision::bf16 ? 0.3 : 2e-3;
        ASSERT_NEAR(found, expected, bound * (1.0 + std::abs(expected))) << to_string(precision) << ", value " << i;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 250 * static_cast<int>(graphs));
}

SHOAL_ON_EVERY_BACKEND(RandomGraphsTest);

}  // namespace
}  // namespace shoal::inference
