// SPDX-License-Identifier: MIT
// Keras files of every form: what is read from them.
#include <gtest/gtest.h>

#include <cmath>

#include "base/text.hpp"
#include "network/describe.hpp"
#include "network/network.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"

namespace shoal {
namespace {

using namespace network;
using namespace readers;
using test::data;
using test::node;

std::vector<float> const& values_of(Layer const& layer, std::string_view what) {
  if (auto const* conv = std::get_if<Conv1D>(&layer)) return what == "kernel" ? conv->kernel : conv->bias;
  if (auto const* dense = std::get_if<Dense>(&layer)) return what == "kernel" ? dense->kernel : dense->bias;
  auto const& norm = std::get<BatchNorm>(layer);
  return what == "scale" ? norm.scale : norm.shift;
}

// Checks a network against the rows of keras_expected.tsv for `file`; returns how many there were.
int check_expected(Network const& network, std::string const& file) {
  int checked = 0;
  std::string const text = test::read_file(data("keras/keras_expected.tsv"));
  for (std::string_view const line : split(text, '\n')) {
    auto const cells = split(line, '\t');
    if (cells.size() != 5 || cells[0] != file || cells[1].starts_with("predict")) continue;
    ++checked;
    Node const& found = node(network, std::string(cells[2]));
    if (cells[1] == "shape") {
      EXPECT_EQ(found.shape.positions, parse_integer(cells[3])) << line;
      EXPECT_EQ(found.shape.channels, parse_integer(cells[4])) << line;
    } else {
      auto const index = static_cast<std::size_t>(parse_integer(cells[3]).value());
      EXPECT_FLOAT_EQ(values_of(found.layer, cells[1]).at(index), static_cast<float>(*parse_real(cells[4]))) << line;
    }
  }
  return checked;
}

TEST(KerasFile, FunctionalOfKeras3) {
  auto const network = read_network(data("keras/keras3_functional.h5"));
  EXPECT_EQ(check_expected(*network, "keras3_functional"), 27);
  EXPECT_EQ(network->input_length(), 40);
  EXPECT_EQ(network->source, data("keras/keras3_functional.h5"));
  ASSERT_EQ(network->outputs.size(), 2u);
  EXPECT_EQ(network->nodes[static_cast<std::size_t>(network->outputs[0])].name, "many/sigmoid");
  EXPECT_EQ(network->nodes[static_cast<std::size_t>(network->outputs[1])].name, "one");
  // 19 layers and the four activations that strided, dilated, pointwise and many carry.
  EXPECT_EQ(network->nodes.size(), 23u);
}

TEST(KerasFile, FunctionalLayersAreTranslated) {
  auto const network = read_network(data("keras/keras3_functional.h5"));
  auto const& strided = std::get<Conv1D>(node(*network, "strided").layer);
  EXPECT_EQ(strided.stride, 3);
  EXPECT_EQ(strided.width, 4);
  EXPECT_EQ(strided.padding, Padding::same);
  EXPECT_EQ(std::get<Conv1D>(node(*network, "dilated").layer).dilation, 2);
  EXPECT_TRUE(std::get<Conv1D>(node(*network, "first").layer).bias.empty());
  EXPECT_EQ(std::get<Activate>(node(*network, "exp").layer).activation, Activation::exponential);
  EXPECT_EQ(std::get<Activate>(node(*network, "strided/relu").layer).activation, Activation::relu);
  EXPECT_EQ(std::get<Activate>(node(*network, "dilated/softplus").layer).activation, Activation::softplus);
  EXPECT_EQ(std::get<Activate>(node(*network, "elu").layer).activation, Activation::elu);
  EXPECT_EQ(std::get<Activate>(node(*network, "elu").layer).alpha, 0.5F);
  auto const& pool = std::get<Pool>(node(*network, "pool").layer);
  EXPECT_EQ(pool.kind, PoolKind::max);
  EXPECT_EQ(pool.width, 3);
  EXPECT_EQ(pool.stride, 2);
  EXPECT_EQ(pool.padding, Padding::same);
  EXPECT_EQ(std::get<Pool>(node(*network, "mean").layer).kind, PoolKind::average);
  EXPECT_EQ(std::get<GlobalPool>(node(*network, "global_mean").layer).kind, PoolKind::average);
  for (char const* const name : {"spatial", "noise", "drop"}) {
    EXPECT_TRUE(std::holds_alternative<Identity>(node(*network, name).layer)) << name;
  }
  EXPECT_EQ(node(*network, "elu").first_input(), network->find("strided/relu"));
}

TEST(KerasFile, EveryNodeReadsAnEarlierOne) {
  auto const network = read_network(data("keras/keras3_functional.h5"));
  EXPECT_EQ(network->nodes[0].first_input(), -1);
  for (std::size_t i = 1; i < network->nodes.size(); ++i) {
    EXPECT_GE(network->nodes[i].first_input(), 0);
    EXPECT_LT(network->nodes[i].first_input(), static_cast<int>(i));
  }
}

TEST(KerasFile, GraphWithNumberedWeights) {
  auto const network = read_network(data("keras/keras3_functional.json"), data("keras/keras3_functional.weights.h5"));
  EXPECT_EQ(check_expected(*network, "keras3_functional"), 27);
  auto const whole = read_network(data("keras/keras3_functional.h5"));
  ASSERT_EQ(network->nodes.size(), whole->nodes.size());
  for (std::size_t i = 0; i < whole->nodes.size(); ++i) {
    if (auto const* dense = std::get_if<Dense>(&whole->nodes[i].layer)) {
      EXPECT_EQ(dense->kernel, std::get<Dense>(network->nodes[i].layer).kernel);
    }
  }
}

TEST(KerasFile, DigestFollowsTheBytesOfBothFiles) {
  test::TemporaryFolder folder;
  std::string const json = test::read_file(data("keras/keras3_functional.json"));
  test::write_file(folder.file("same.json"), json);
  test::write_file(folder.file("other.json"), json + " ");
  std::string const weights = data("keras/keras3_functional.weights.h5");
  std::string const digest = read_network(data("keras/keras3_functional.json"), weights)->digest;
  EXPECT_EQ(digest.size(), 32u);
  EXPECT_EQ(read_network(folder.file("same.json"), weights)->digest, digest);
  EXPECT_NE(read_network(folder.file("other.json"), weights)->digest, digest);
}

TEST(KerasFile, SequentialOfKeras1And3AreTheSameNetwork) {
  auto const newest = read_network(data("keras/keras3_sequential.h5"));
  EXPECT_EQ(check_expected(*newest, "keras_sequential"), 2);
  for (char const* const file : {"keras/keras1_sequential.h5", "keras/keras1_theano.h5"}) {
    auto const oldest = read_network(data(file));
    ASSERT_EQ(oldest->nodes.size(), newest->nodes.size()) << file;
    for (char const* const name : {"c", "c/relu", "b", "g", "d", "d/sigmoid"}) {
      EXPECT_EQ(node(*oldest, name).shape, node(*newest, name).shape) << file << ' ' << name;
    }
    EXPECT_EQ(values_of(node(*oldest, "c").layer, "kernel"), values_of(node(*newest, "c").layer, "kernel")) << file;
    EXPECT_EQ(values_of(node(*oldest, "b").layer, "scale"), values_of(node(*newest, "b").layer, "scale")) << file;
    EXPECT_EQ(values_of(node(*oldest, "b").layer, "shift"), values_of(node(*newest, "b").layer, "shift")) << file;
    EXPECT_EQ(values_of(node(*oldest, "d").layer, "kernel"), values_of(node(*newest, "d").layer, "kernel")) << file;
  }
}

TEST(KerasFile, ReadsTheDemoNetwork) {
  auto const network = read_network(data("demo/network.h5"));
  EXPECT_EQ(network->outputs.size(), 1u);
  EXPECT_GT(network->input_length(), 0);
}

TEST(Describe, CountsParametersAndOperationsByHand) {
  auto const network = read_network(data("keras/keras3_sequential.h5"));
  // conv 5*4*3 + 3, normalisation 2*3, dense 3 + 1; conv over 26 positions, two operations per multiply-add.
  EXPECT_EQ(parameter_count(node(*network, "c")), 63);
  EXPECT_EQ(parameter_count(node(*network, "b")), 6);
  EXPECT_EQ(parameter_count(node(*network, "d")), 4);
  EXPECT_EQ(operations(*network, node(*network, "c")), 2.0 * 26 * 3 * 4 * 5);
  EXPECT_EQ(operations(*network, node(*network, "d")), 6);
  std::string const text = describe(*network);
  EXPECT_THAT(text, testing::HasSubstr("26 x 3"));
  EXPECT_THAT(text, testing::ContainsRegex("total +73 +0.003"));
}

}  // namespace
}  // namespace shoal
