// SPDX-License-Identifier: MIT
// Gradients against central differences of the network executed in double precision (reference_network.hpp).
#include "inference/gradient.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "inference/gradient_points.hpp"
#include "inference/scorer.hpp"
#include "support/backends.hpp"
#include "support/keras_support.hpp"
#include "support/reference_network.hpp"

namespace shoal::inference {
namespace {

using test::Codes;
using test::NetworkMaker;
using test::one_hot;

std::vector<float> in_float(std::vector<double> const& values) {
  return {values.begin(), values.end()};
}

struct Evaluated {
  std::vector<float> values, gradients;
};

class GradientTest : public test::OnBackend {
 protected:
  Evaluated evaluate(std::shared_ptr<network::Network const> const& network, std::vector<network::Task> const& tasks,
                     std::vector<float> const& inputs, std::int64_t batch = 0) const {
    Gradient gradient(backend(), network, tasks, batch);
    std::int64_t const length = network->input_length();
    auto const sequences = static_cast<std::int64_t>(inputs.size()) / (4 * length);
    device::Buffer<float> const in(backend(), std::span<float const>(inputs));
    device::Buffer<float> values(backend(), static_cast<std::size_t>(sequences) * tasks.size());
    device::Buffer<float> gradients(backend(), inputs.size() * tasks.size());
    gradient.evaluate(RealInputs{in.data(), sequences}, values, gradients);
    return {values.to_host(), gradients.to_host()};
  }

  // The gradient of every element of `node` at `codes` and at a point between bases, against central differences.
  void expect_derivative(NetworkMaker const& maker, int node, double step = 1e-6) const {
    auto const network = maker.network();
    network::Shape const shape = network->nodes[static_cast<std::size_t>(node)].shape;
    std::vector<network::Task> tasks;
    for (std::int64_t i = 0; i < shape.size(); i += 1 + shape.size() / 5) tasks.push_back({"t", node, i});
    auto const length = static_cast<std::size_t>(network->input_length());
    std::vector<double> const at_bases = one_hot(test::random_codes(1, length, 5, {2}).front());
    std::vector<double> between = at_bases;
    for (std::size_t i = 0; i < between.size(); ++i) {
      between[i] =
          static_cast<double>(static_cast<float>(0.2 + 0.5 * between[i] + 0.1 * std::sin(static_cast<double>(3 * i))));
    }
    for (std::vector<double> const& point : {at_bases, between}) {
      Evaluated const found = evaluate(network, tasks, in_float(point));
      compare(*network, tasks, point, found, step);
    }
  }

 private:
  static void compare(network::Network const& network, std::vector<network::Task> const& tasks,
                      std::vector<double> const& point, Evaluated const& found, double step) {
    std::size_t const length = point.size() / 4;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      auto const element = static_cast<std::size_t>(tasks[t].track);
      double const value = test::reference_value_at(network, point, tasks[t].node)[element];
      EXPECT_NEAR(found.values[t], value, 1e-5 * std::max(1.0, std::abs(value)));
      std::vector<double> expected;
      double largest = 0.0;
      for (std::size_t i = 0; i < point.size(); ++i) {
        std::vector<double> up = point, down = point;
        up[i] += step;
        down[i] -= step;
        double const rise = test::reference_value_at(network, up, tasks[t].node)[element] -
                            test::reference_value_at(network, down, tasks[t].node)[element];
        expected.push_back(rise / (2.0 * step));
        largest = std::max(largest, std::abs(expected.back()));
      }
      for (std::size_t i = 0; i < point.size(); ++i) {
        float const gradient = found.gradients[t * 4 * length + i % 4 * length + i / 4];
        ASSERT_NEAR(gradient, expected[i], 2e-5 * largest + 1e-7)
            << "task " << t << ", position " << i / 4 << ", base " << i % 4;
      }
    }
  }
};

TEST_P(GradientTest, Convolutions) {
  for (network::Padding const padding : {network::Padding::valid, network::Padding::same}) {
    for (int variant = 0; variant < 6; ++variant) {
      SCOPED_TRACE(variant);
      NetworkMaker maker(23, static_cast<unsigned>(variant));
      maker.convolution(5, 1 + variant, padding, 1 + variant % 3, 1);
      maker.activate(network::Activation::tanh);
      maker.convolution(7, 3, padding, 1, 1 + variant % 2);
      maker.activate(network::Activation::sigmoid);
      int const last = maker.convolution(2, 2, padding, 1 + variant % 2, 1);
      expect_derivative(maker, last);
    }
  }
}

// Chains of 160 terms, which are computed in parts.
TEST_P(GradientTest, LongConvolutions) {
  for (network::Padding const padding : {network::Padding::valid, network::Padding::same}) {
    NetworkMaker maker(45, 4);
    maker.convolution(3, 40, padding);
    expect_derivative(maker, maker.activate(network::Activation::tanh));
  }
}

TEST_P(GradientTest, DenseAndNorm) {
  NetworkMaker maker(11, 3);
  maker.convolution(6, 3);
  maker.norm();
  maker.activate(network::Activation::softplus);
  maker.dense(5);
  maker.add(network::Flatten{});
  maker.dense(9);
  maker.activate(network::Activation::elu, 0.7F);
  int const last = maker.dense(3);
  expect_derivative(maker, last);
}

TEST_P(GradientTest, DenseOnTheInput) {
  NetworkMaker maker(9, 3);
  maker.add(network::Flatten{});
  maker.dense(4);
  maker.activate(network::Activation::exponential);
  expect_derivative(maker, maker.dense(2));
}

TEST_P(GradientTest, Pooling) {
  for (network::PoolKind const kind : {network::PoolKind::max, network::PoolKind::average}) {
    for (int variant = 0; variant < 8; ++variant) {
      SCOPED_TRACE(variant);
      NetworkMaker maker(26, static_cast<unsigned>(variant));
      maker.convolution(4, 5);
      network::Pool pool;
      pool.kind = kind;
      pool.width = 2 + variant % 3;
      pool.stride = 1 + variant % 4;
      pool.padding = variant < 4 ? network::Padding::valid : network::Padding::same;
      maker.add(pool);
      maker.activate(network::Activation::tanh);
      maker.convolution(3, 3);
      network::GlobalPool global;
      global.kind = kind;
      expect_derivative(maker, maker.add(global));
    }
  }
}

TEST_P(GradientTest, BranchesAreAdded) {
  NetworkMaker maker(14, 8);
  int const stem = maker.convolution(4, 3);
  int const left = maker.activate(network::Activation::tanh, 1.0F, stem);
  int const right = maker.convolution(4, 3, network::Padding::same, 1, 2, stem);
  int const sum = maker.join(network::Add{}, {left, right, stem, stem});
  int const product = maker.join(network::Multiply{}, {sum, right});
  int const both = maker.join(network::Concatenate{}, {product, stem});
  network::Concatenate by_positions;
  by_positions.axis = network::Axis::positions;
  int const longer = maker.join(by_positions, {both, both});
  network::Slice flipped;
  flipped.start = 20;
  flipped.count = 17;
  flipped.step = -1;
  int const slice = maker.add(flipped, longer);
  network::Pad pad;
  pad.left = 2;
  pad.right = 1;
  int const padded = maker.add(pad, slice);
  int const turned = maker.add(network::Transpose{}, padded);
  network::Reshape reshape;
  reshape.shape = {16, 10};
  maker.add(reshape, turned);
  int const last = maker.convolution(3, 4);
  expect_derivative(maker, last);
}

TEST_P(GradientTest, PaddingOfAnyValue) {
  NetworkMaker maker(12, 9);
  int const stem = maker.convolution(4, 3);
  network::Pad pad;
  pad.left = 3;
  pad.right = 2;
  pad.value = -0.75F;
  int const padded = maker.add(pad, stem);
  maker.convolution(3, 4);
  int const bent = maker.activate(network::Activation::tanh);
  maker.join(network::Multiply{}, {bent, bent});
  int const last =
      maker.convolution(2, 3, network::Padding::same, 1, 1, maker.join(network::Multiply{}, {padded, padded}));
  expect_derivative(maker, last);
}

// Squeeze and excitation: a product with a value of one position, and one with a value of one channel.
TEST_P(GradientTest, ProductsAreBroadcast) {
  NetworkMaker maker(13, 4);
  int const trunk = maker.convolution(5, 3);
  network::Reduce mean;
  maker.add(mean, trunk);
  maker.dense(5);
  int const gate = maker.activate(network::Activation::sigmoid);
  int const gated = maker.join(network::Multiply{}, {trunk, gate});
  network::Reduce sum;
  sum.kind = network::Reduction::sum;
  sum.axis = network::Axis::channels;
  int const track = maker.add(sum, gated);
  int const product = maker.join(network::Multiply{}, {track, gated});
  int const raised = maker.join(network::Add{}, {product, gate});
  expect_derivative(maker, raised);
}

TEST_P(GradientTest, AlongAnAxis) {
  for (network::Axis const axis : {network::Axis::positions, network::Axis::channels}) {
    NetworkMaker maker(11, 14);
    int const stem = maker.convolution(6, 3);
    network::Softmax softmax;
    softmax.axis = axis;
    int const share = maker.add(softmax, stem);
    network::LayerNorm norm;
    norm.scale = maker.random(6, 0.5, 1.0);
    norm.epsilon = 0.01F;
    int const normal = maker.add(norm, stem);
    int const product = maker.join(network::Multiply{}, {share, normal, stem});
    for (network::Reduction const kind : {network::Reduction::mean, network::Reduction::sum, network::Reduction::max,
                                          network::Reduction::log_sum_exp}) {
      network::Reduce reduce;
      reduce.kind = kind;
      reduce.axis = axis;
      SCOPED_TRACE(static_cast<int>(kind));
      expect_derivative(maker, maker.add(reduce, product));
    }
  }
}

TEST_P(GradientTest, AveragesThatCountPadding) {
  NetworkMaker maker(13, 5);
  maker.convolution(3, 3);
  network::Pool pool;
  pool.kind = network::PoolKind::average;
  pool.width = 4;
  pool.stride = 3;
  pool.padding = network::Padding::counted;
  pool.pad_left = pool.pad_right = 2;
  pool.count_padding = pool.round_up = true;
  int const first = maker.add(pool);
  expect_derivative(maker, first);
}

TEST_P(GradientTest, TransposedConvolutions) {
  for (int variant = 0; variant < 6; ++variant) {
    SCOPED_TRACE(variant);
    NetworkMaker maker(12, static_cast<unsigned>(variant));
    maker.convolution(4, 3);
    maker.activate(network::Activation::tanh);
    network::ConvTranspose1D layer;
    layer.filters = 4;
    layer.width = 1 + variant;
    layer.stride = 1 + variant % 3;
    layer.dilation = 1 + variant % 2;
    layer.padding = variant % 2 == 0 ? network::Padding::valid : network::Padding::same;
    layer.groups = variant == 3 ? 2 : 1;
    layer.kernel = maker.random(layer.width * 4 / layer.groups * layer.filters, 0.5);
    layer.bias = maker.random(4, 0.2);
    expect_derivative(maker, maker.add(layer));
  }
}

// Two heads that are blocks of channels; the values are averaged with the scores' softmax, and a product with itself.
TEST_P(GradientTest, Attention) {
  NetworkMaker maker(9, 31);
  int const stem = maker.convolution(6, 3);
  int const queries = maker.dense(6, stem), keys = maker.dense(6, stem), values = maker.dense(4, stem);
  network::MatrixProduct scores{{2, 9, 3, 9, {3, 6, 1}, {3, 1, 6}, {81, 9, 1}}, {18, 9}};
  maker.join(scores, {queries, keys});
  int const weights = maker.add(network::Softmax{network::Axis::channels});
  network::MatrixProduct mean{{2, 9, 9, 2, {81, 9, 1}, {2, 4, 1}, {2, 4, 1}}, {9, 4}};
  int const attended = maker.join(mean, {weights, values});
  expect_derivative(maker, attended);
  maker.add(network::Permute{{3, 3, 2, 2}, {2, 0, 3, 1}, {6, 6}});
  maker.activate(network::Activation::tanh);
  int const turned = maker.add(network::Permute{{2, 3, 2, 3}, {1, 3, 2, 0}, {9, 4}});
  network::MatrixProduct gram{{1, 4, 9, 4, {36, 1, 4}, {36, 4, 1}, {16, 4, 1}}, {4, 4}};
  expect_derivative(maker, maker.join(gram, {turned, turned}));
}

TEST_P(GradientTest, Recurrences) {
  for (kernels::RecurrentCell const cell :
       {kernels::RecurrentCell::simple, kernels::RecurrentCell::lstm, kernels::RecurrentCell::gru}) {
    for (bool const option : {false, true}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(cell) << " " << option);
      NetworkMaker maker(8, 12);
      maker.convolution(5, 3);
      std::int64_t const units = 7, gates = kernels::gates_of(cell) * units;
      maker.dense(gates);
      network::Recurrence layer;
      layer.recurrence = {.cell = cell, .units = units, .backwards = option, .resets_after = option};
      layer.kernel = maker.random(units * gates, 0.5);
      layer.bias = maker.random(gates, 0.3);
      if (option) layer.initial = maker.random(kernels::states_of(cell) * units, 0.5);
      int const first = maker.add(layer);
      maker.dense(gates);
      layer.recurrence.backwards = !option;
      layer.recurrence.gate = network::Activation::softsign;
      int const second = maker.add(layer);
      expect_derivative(maker, maker.join(network::Concatenate{network::Axis::channels}, {first, second}));
    }
  }
}

TEST_P(GradientTest, GroupedConvolution) {
  NetworkMaker maker(12, 2);
  maker.convolution(6, 3);
  network::Conv1D grouped;
  grouped.filters = 9;
  grouped.width = 4;
  grouped.groups = 3;
  grouped.padding = network::Padding::counted;
  grouped.pad_left = 5;
  grouped.pad_right = 1;
  grouped.kernel = maker.random(4 * 2 * 9, 0.5);
  maker.add(grouped);
  expect_derivative(maker, maker.activate(network::Activation::tanh));
}

TEST_P(GradientTest, EveryActivation) {
  for (int kind = 0; kind <= static_cast<int>(kernels::last_activation); ++kind) {
    SCOPED_TRACE(kind);
    auto const activation = static_cast<network::Activation>(kind);
    NetworkMaker maker(9, 21);
    maker.convolution(6, 3);
    bool const needs_positive = activation == network::Activation::log ||
                                activation == network::Activation::square_root ||
                                activation == network::Activation::reciprocal;
    if (needs_positive) maker.activate(network::Activation::exponential);
    float const alpha = activation == network::Activation::capped_relu ? 0.5F : 0.3F;
    maker.activate(activation, alpha);
    expect_derivative(maker, maker.convolution(3, 2));
  }
}

// Every readout of a profile, alone and in a difference of two nodes one of which comes from the other.
TEST_P(GradientTest, ReadoutsOfProfiles) {
  NetworkMaker maker(14, 9);
  int const stem = maker.convolution(5, 3);
  maker.activate(network::Activation::tanh);
  int const head = maker.convolution(3, 2);
  auto const network = maker.network({head});
  using kernels::ReadoutKind;
  std::vector<double> const point = one_hot(test::random_codes(1, 14, 5).front());
  for (ReadoutKind const kind :
       {ReadoutKind::sum, ReadoutKind::mean, ReadoutKind::max, ReadoutKind::softmax, ReadoutKind::softmax_tracks}) {
    kernels::ReadoutShape const part{kind, 2, 9, 1, 2, true};
    kernels::ReadoutShape const of_stem{ReadoutKind::mean, 0, 14, 0, 5, false};
    network::Task task{"t", head, 0, {{head, part, 1.5}, {stem, of_stem, -0.5}}, false, {}};
    Evaluated const found = evaluate(network, {task}, in_float(point));
    auto const score = [&](std::vector<double> const& at) {
      auto const value = test::reference_value_at(*network, at, head);
      auto const other = test::reference_value_at(*network, at, stem);
      double sum = 0.0, mean = 0.0;
      auto const x = [&](std::size_t t, std::size_t c) { return value[(13 - 2 - t) * 3 + 1 + c]; };
      bool const tracks = kind == ReadoutKind::softmax_tracks;
      for (std::size_t line = 0; line < (tracks ? 9u : 2u); ++line) {
        double total = 0.0, most = -1e9, weights = 0.0, weighted = 0.0;
        for (std::size_t i = 0; i < (tracks ? 2u : 9u); ++i) {
          double const y = tracks ? x(line, i) : x(i, line);
          total += y, most = std::max(most, y), weights += std::exp(y), weighted += y * std::exp(y);
        }
        if (kind == ReadoutKind::sum) sum += total;
        if (kind == ReadoutKind::mean) sum += total / 9.0;
        if (kind == ReadoutKind::max) sum += most;
        if (kind == ReadoutKind::softmax || tracks) sum += weighted / weights;
      }
      for (double const y : other) mean += y / 14.0;
      return 1.5 * sum - 0.5 * mean;
    };
    EXPECT_NEAR(found.values[0], score(point), 1e-5);
    for (std::size_t i = 0; i < point.size(); ++i) {
      std::vector<double> up = point, down = point;
      up[i] += 1e-6;
      down[i] -= 1e-6;
      EXPECT_NEAR(found.gradients[i % 4 * 14 + i / 4], (score(up) - score(down)) / 2e-6, 2e-5) << i;
    }
  }
}

// Ties: the first of a window, an even share of a whole sequence; relu at 0 is flat.
TEST_P(GradientTest, TiesAndKinksByHand) {
  network::Conv1D copy;  // y = x[., A] + 2 x[., C]
  copy.filters = 1;
  copy.width = 1;
  copy.kernel = {1.0F, 2.0F, 0.0F, 0.0F};
  std::vector<float> const acca = {1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0};
  NetworkMaker whole(4, 1);
  whole.add(copy);
  int const largest = whole.add(network::GlobalPool{});
  auto const shared = evaluate(whole.network(), {{"m", largest, 0}}, acca);
  EXPECT_THAT(shared.values, testing::ElementsAre(2.0F));
  EXPECT_THAT(shared.gradients, testing::ElementsAre(0, .5, .5, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  NetworkMaker window(4, 1);
  window.add(copy);
  window.add(network::Pool{});
  window.max_pool(2, 2);
  auto const first = evaluate(window.network(), {{"m", 3, 0}}, acca);
  EXPECT_THAT(first.gradients, testing::ElementsAre(0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  NetworkMaker flat(4, 1);
  flat.add(copy);
  int const rectified = flat.activate(network::Activation::relu);
  auto const none = evaluate(flat.network(), {{"m", rectified, 1}}, std::vector<float>(16, 0.0F));
  EXPECT_THAT(none.gradients, testing::Each(0.0F));
}

TEST_P(GradientTest, SeveralTasksOfSeveralNodes) {
  NetworkMaker maker(15, 6);
  int const stem = maker.convolution(4, 3);
  maker.activate(network::Activation::relu);
  int const head = maker.dense(2);
  int const other = maker.add(network::Flatten{}, stem);
  auto const network = maker.network({head, other});
  std::vector<network::Task> const tasks = {{"a", head, 3}, {"b", other, 7}, {"c", head, 0}, {"input", 0, 9}};
  std::vector<float> const point = in_float(one_hot(test::random_codes(1, 15, 5).front()));
  Evaluated const together = evaluate(network, tasks, point);
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    Evaluated const alone = evaluate(network, {tasks[t]}, point);
    EXPECT_EQ(together.values[t], alone.values[0]);
    for (std::size_t i = 0; i < point.size(); ++i) EXPECT_EQ(together.gradients[t * 60 + i], alone.gradients[i]);
  }
  for (std::size_t i = 0; i < 60; ++i) EXPECT_EQ(together.gradients[180 + i], i == 9 % 4 * 15 + 9 / 4 ? 1.0F : 0.0F);
}

TEST_P(GradientTest, BitsDependOnTheSequenceOnly) {
  auto const network = test::deep_network();
  auto const tasks = network::select_tasks(*network, {});
  std::vector<float> inputs;
  for (Codes const& codes : test::random_codes(37, 60, 9)) {
    for (double const value : one_hot(codes)) inputs.push_back(static_cast<float>(value));
  }
  Evaluated const all = evaluate(network, tasks, inputs);
  for (std::int64_t const batch : {1, 5, 64}) {
    Evaluated const again = evaluate(network, tasks, inputs, batch);
    EXPECT_EQ(again.values, all.values) << batch;
    EXPECT_EQ(again.gradients, all.gradients) << batch;
  }
  std::vector<float> const last(inputs.end() - 240, inputs.end());
  Evaluated const alone = evaluate(network, tasks, last);
  EXPECT_TRUE(std::equal(alone.gradients.begin(), alone.gradients.end(), all.gradients.end() - 480));
  if (backend().kind() != device::BackendKind::cpu) return;
  auto const single = device::Backend::cpu(1);
  Gradient gradient(*single, network, tasks);
  device::Buffer<float> values(*single, 74), gradients(*single, 74 * 240);
  gradient.evaluate(RealInputs{inputs.data(), 37}, values, gradients);
  EXPECT_EQ(gradients.to_host(), all.gradients);
}

TEST_P(GradientTest, PackedSequencesAreTheirOneHotValues) {
  auto const network = test::deep_network();
  auto const tasks = network::select_tasks(*network, {});
  auto const sequences = test::random_codes(7, 60, 3, {0, 31, 59});
  std::vector<float> inputs;
  for (Codes const& codes : sequences) {
    for (double const value : one_hot(codes)) inputs.push_back(static_cast<float>(value));
  }
  Evaluated const expected = evaluate(network, tasks, inputs);
  test::PackedCodes const packed(backend(), sequences);
  Gradient gradient(backend(), network, tasks, 2);
  device::Buffer<float> values(backend(), 14), gradients(backend(), 14 * 240);
  gradient.evaluate(packed.view(), values, gradients);
  EXPECT_EQ(values.to_host(), expected.values);
  EXPECT_EQ(gradients.to_host(), expected.gradients);
  Scorer scorer(backend(), network, tasks);
  device::Buffer<float> scores(backend(), 14);
  scorer.score(packed.view(), scores);
  auto const found = scores.to_host();
  for (std::size_t i = 0; i < 14; ++i) EXPECT_NEAR(found[i], expected.values[i], 1e-5);
}

TEST(Gradients, RefuseWhatTheyCannot) {
  auto const cpu = device::Backend::cpu(1);
  NetworkMaker maker(9, 1);
  maker.convolution(3, 3);
  EXPECT_THAT(test::error_of(ErrorCode::config,
                             [&] {
                               Gradient(*cpu, maker.network(), {{"t", 1, 27}});
                             }),
              testing::HasSubstr("task 't' is not in the network"));
}

SHOAL_ON_EVERY_BACKEND(GradientTest);

}  // namespace
}  // namespace shoal::inference
