// SPDX-License-Identifier: MIT
// Sequences that differ from their wild type in a few places get the same bits as alone, where nothing of the
// wild type is reused.
#include "inference/forward/cone.hpp"

#include <gtest/gtest.h>

#include "inference/every_element.hpp"
#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/reference_network.hpp"

namespace shoal::inference {
namespace {

using test::Codes;
using test::NetworkMaker;

// Row 0 the wild type, then for every window start its `mutants` mutants with random bases in [start, start + width).
std::vector<Codes> windowed(std::size_t length, std::size_t width, std::size_t step, unsigned seed) {
  Codes const wild_type = test::random_codes(1, length, seed, {length / 3}).front();
  std::vector<Codes> sequences = {wild_type};
  std::mt19937 generator(seed);
  for (std::size_t start = 0; start + width <= length; start += step) {
    Codes mutant = wild_type;
    for (std::size_t i = start; i < start + width; ++i) {
      if (mutant[i] != kernels::code_n) mutant[i] = static_cast<std::uint8_t>((mutant[i] + 1 + generator() % 3) % 4);
    }
    sequences.push_back(mutant);
  }
  return sequences;
}

std::vector<float> scored(Scorer& scorer, device::Backend const& backend, kernels::PackedView const& view) {
  device::Buffer<float> scores(backend, static_cast<std::size_t>(view.mutants) * scorer.tasks().size());
  scorer.score(view, scores);
  return scores.to_host();
}

void expect_the_bits_of_each_alone(std::shared_ptr<network::Network const> const& network,
                                   std::vector<Codes> const& sequences, int threads = 2, std::int64_t batch = 0) {
  auto const backend = device::Backend::cpu(threads);
  test::PackedCodes const packed(*backend, sequences);
  Scorer scorer(*backend, network, test::every_element(*network), batch);
  std::vector<float> const together = scored(scorer, *backend, packed.view());
  std::size_t const tasks = scorer.tasks().size();
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    std::vector<float> const alone = scored(scorer, *backend, packed.view(static_cast<std::int64_t>(s), 1));
    for (std::size_t t = 0; t < tasks; ++t) ASSERT_EQ(together[s * tasks + t], alone[t]) << "sequence " << s;
  }
}

TEST(Cone, ChangedBases) {
  auto sequences = test::random_codes(1, 70, 4);
  for (int i = 0; i < 4; ++i) sequences.push_back(sequences.front());
  auto const change = [&](std::size_t s, std::size_t p) {
    sequences[s][p] = static_cast<std::uint8_t>(sequences[s][p] ^ 2u);
  };
  change(1, 0);
  change(2, 69);
  change(3, 31);
  change(3, 32);
  auto const backend = device::Backend::cpu();
  test::PackedCodes const packed(*backend, sequences);
  auto const range = [&](std::int64_t row) { return changed_bases(packed.view(), row); };
  EXPECT_TRUE(range(0).empty());
  EXPECT_TRUE(range(4).empty());
  EXPECT_EQ(range(1).begin, 0);
  EXPECT_EQ(range(1).end, 1);
  EXPECT_EQ(range(2).begin, 69);
  EXPECT_EQ(range(2).end, 70);
  EXPECT_EQ(range(3).begin, 31);
  EXPECT_EQ(range(3).end, 33);
}

// Width 5, stride 2, dilation 3, one padding row: row t reads 2t - 1, 2t + 2, …, 2t + 11; pooled by 2.
TEST(Cone, ReachOfAConvolution) {
  Step step;
  step.operation = ConvolveStep{{.width = 5, .stride = 2, .dilation = 3, .padding = 1}, {.pool = 2}, 0};
  step.input = {0, {40, 1}};
  step.output = {1, {7, 1}};
  // Base 20: 2t - 1 <= 20 <= 2t + 11 gives t = 5 … 10, pooled rows 2 … 5.
  EXPECT_EQ(reached(step, step.input, {20, 21}).begin, 2);
  EXPECT_EQ(reached(step, step.input, {20, 21}).end, 6);
  EXPECT_EQ(reached(step, step.input, {0, 1}).begin, 0);
  EXPECT_EQ(reached(step, step.input, {0, 1}).end, 1);
  EXPECT_EQ(reached(step, step.input, {37, 38}).begin, 6);
  EXPECT_EQ(reached(step, step.input, {37, 38}).end, 7);
  EXPECT_TRUE(reached(step, step.input, {38, 40}).empty());  // after the last row's window
  EXPECT_TRUE(reached(step, step.input, {}).empty());
}

TEST(Cone, RandomNetworks) {
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 generator(seed);
    auto const pick = [&](std::int64_t low, std::int64_t high) {
      return low + static_cast<std::int64_t>(generator() % static_cast<unsigned>(high - low + 1));
    };
    auto const padding = [&] { return pick(0, 1) == 0 ? network::Padding::valid : network::Padding::same; };
    std::int64_t const length = pick(90, 160);
    NetworkMaker maker(length, seed);
    if (pick(0, 4) == 0) maker.norm();
    std::vector<int> outputs;
    for (std::int64_t layers = pick(1, 4); layers > 0; --layers) {
      if (maker.network()->nodes.back().shape.positions < 25) break;
      std::int64_t const stride = pick(1, 2), dilation = stride == 1 ? pick(1, 3) : 1;
      int last = maker.convolution(pick(1, 40), pick(1, 6), padding(), stride, dilation);
      if (pick(0, 3) == 0) last = maker.norm();
      if (pick(0, 1) == 0)
        last = maker.activate(pick(0, 1) == 0 ? network::Activation::relu : network::Activation::softplus);
      std::int64_t const kind = pick(0, 3);
      if (kind == 0) last = maker.max_pool(pick(2, 5), pick(1, 3), padding());
      if (kind == 1) last = maker.max_pool(2, 2);
      if (kind == 2) last = maker.add(network::Pool{network::PoolKind::average, pick(2, 3), pick(1, 2), padding()});
      if (pick(0, 2) == 0) last = maker.dense(pick(1, 20));
      if (pick(0, 5) == 0) outputs.push_back(last);
    }
    if (pick(0, 1) == 0) {
      outputs.push_back(
          maker.add(network::GlobalPool{pick(0, 1) == 0 ? network::PoolKind::max : network::PoolKind::average}));
    } else {
      maker.add(network::Flatten{});
      outputs.push_back(maker.dense(3));
    }
    auto const width = static_cast<std::size_t>(pick(1, 12));
    expect_the_bits_of_each_alone(maker.network(outputs), windowed(static_cast<std::size_t>(length), width, 2, seed),
                                  static_cast<int>(pick(1, 2)), pick(0, 5));
  }
}

// Rows 1, 2, … of a library far longer than a cone's profit, mixed with rows that have none.
TEST(Cone, WholeAndSmallChangesInOneLibrary) {
  NetworkMaker maker(120, 5);
  maker.convolution(20, 7);
  maker.activate(network::Activation::exponential);
  maker.max_pool(4, 4);
  maker.convolution(10, 3);
  maker.add(network::Flatten{});
  maker.dense(2);
  auto sequences = windowed(120, 3, 3, 8);
  auto const others = test::random_codes(20, 120, 9, {40});
  for (std::size_t i = 0; i < others.size(); ++i)
    sequences.insert(sequences.begin() + static_cast<std::ptrdiff_t>(1 + 2 * i), others[i]);
  expect_the_bits_of_each_alone(maker.network(), sequences);
}

void expect_bits_of_ism(std::shared_ptr<network::Network const> const& network) {
  auto const length = static_cast<std::size_t>(network->input_length());
  expect_the_bits_of_each_alone(network, windowed(length, 1, 1, 3));
  expect_the_bits_of_each_alone(network, windowed(length, 31, 17, 4));
}

TEST(Cone, SumsInParts) {
  NetworkMaker maker(150, 6);
  maker.convolution(300, 5);
  maker.activate(network::Activation::relu);
  maker.convolution(4, 70, network::Padding::same, 1, 1);
  maker.activate(network::Activation::tanh);
  maker.convolution(3, 3);
  expect_the_bits_of_each_alone(maker.network(), windowed(150, 60, 5, 7));
}

// Small networks in the shapes of published ones, so that a clone without ../shared runs these cases.
TEST(Cone, SmallPublishedShapes) {
  for (std::string const name :
       {"deepstarr", "tal1", "deep_relu", "deep_exponential", "shallow_relu", "shallow_exponential"}) {
    SCOPED_TRACE(name);
    expect_bits_of_ism(
        readers::read_network(test::data("published/" + name + ".json"), test::data("published/" + name + ".h5")));
  }
}

TEST(Cone, DeepStarr) {
  SHOAL_NEEDS_SHARED_DATA();
  expect_bits_of_ism(readers::read_network(test::shared("deepstarr/deepstarr.model.json"),
                                           test::shared("deepstarr/deepstarr.model.h5")));
}

// Residual sums, gates, joins, dilations, transposed and grouped convolutions.
TEST(Cone, PublishedShapes) {
  for (std::string const name :
       {"basenji", "basset", "bpnet", "deepbind", "legnet", "residualbind", "spliceai", "operators_20", "forms_21"}) {
    SCOPED_TRACE(name);
    auto const network = readers::read_network(test::data("onnx/" + name + ".onnx"));
    auto const length = static_cast<std::size_t>(network->input_length());
    expect_the_bits_of_each_alone(network, windowed(length, 1, std::max<std::size_t>(length / 40, 1), 5));
    if (length > 40) expect_the_bits_of_each_alone(network, windowed(length, length / 10, length / 20, 6));
  }
}

TEST(Cone, CnnZoo) {
  SHOAL_NEEDS_SHARED_DATA();
  for (std::string const name : {"deep_relu", "deep_exponential", "shallow_relu", "shallow_exponential"}) {
    SCOPED_TRACE(name);
    expect_bits_of_ism(readers::read_network(test::shared("cnn_zoo/" + name + ".json"),
                                             test::shared("cnn_zoo/cnn_" + name + "_0.h5")));
  }
}

}  // namespace
}  // namespace shoal::inference
