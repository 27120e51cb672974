// SPDX-License-Identifier: MIT
#include "network/randomise.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace shoal::network {
namespace {

std::vector<float> counted(std::size_t count, float first) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

Network small_network() {
  Network network;
  network.source = "in memory";
  network.digest = "digest";
  network.nodes = {
      {.name = "input", .class_name = "InputLayer", .layer = InputLayer{}, .inputs = {}, .shape = {10, 4}},
      {.name = "conv",
       .class_name = "Conv1D",
       .layer = Conv1D{.filters = 5, .width = 3, .kernel = counted(60, 1), .bias = counted(5, 100)},
       .inputs = {0},
       .shape = {8, 5}},
      {.name = "norm",
       .class_name = "BatchNormalization",
       .layer = BatchNorm{.scale = counted(5, 1), .shift = counted(5, 10)},
       .inputs = {1},
       .shape = {8, 5}},
      {.name = "flat", .class_name = "Flatten", .layer = Flatten{}, .inputs = {2}, .shape = {1, 40}},
      {.name = "dense",
       .class_name = "Dense",
       .layer = Dense{.units = 1, .kernel = counted(40, 1), .bias = {7}},
       .inputs = {3},
       .shape = {1, 1}},
  };
  network.outputs = {4};
  return network;
}

template <class Kind>
Kind const& layer_of(Network const& network, std::size_t node) {
  return std::get<Kind>(network.nodes[node].layer);
}

TEST(Randomise, PermutesTheLastLayersWithinTheirArrays) {
  Network const network = small_network();
  ASSERT_EQ(randomisable_layers(network), 2);
  auto const one = randomise(network, 1, 5), two = randomise(network, 2, 5);
  auto const& dense = layer_of<Dense>(network, 4).kernel;
  EXPECT_NE(layer_of<Dense>(*one, 4).kernel, dense);
  EXPECT_THAT(layer_of<Dense>(*one, 4).kernel, testing::UnorderedElementsAreArray(dense));
  EXPECT_EQ(layer_of<Conv1D>(*one, 1).kernel, layer_of<Conv1D>(network, 1).kernel);
  // Both have the same last layer; the second one's convolution goes too, with its normalisation.
  EXPECT_EQ(layer_of<Dense>(*one, 4).kernel, layer_of<Dense>(*two, 4).kernel);
  EXPECT_NE(layer_of<Conv1D>(*two, 1).kernel, layer_of<Conv1D>(network, 1).kernel);
  EXPECT_THAT(layer_of<Conv1D>(*two, 1).bias, testing::UnorderedElementsAre(100, 101, 102, 103, 104));
  EXPECT_THAT(layer_of<BatchNorm>(*two, 2).scale, testing::UnorderedElementsAre(1, 2, 3, 4, 5));
}

TEST(Randomise, DependsOnTheSeedAndHasADigestOfItsOwn) {
  Network const network = small_network();
  auto const one = randomise(network, 1, 5), again = randomise(network, 1, 5), other = randomise(network, 1, 6);
  EXPECT_EQ(layer_of<Dense>(*one, 4).kernel, layer_of<Dense>(*again, 4).kernel);
  EXPECT_EQ(one->digest, again->digest);
  EXPECT_NE(layer_of<Dense>(*one, 4).kernel, layer_of<Dense>(*other, 4).kernel);
  EXPECT_NE(one->digest, other->digest);
  EXPECT_NE(one->digest, randomise(network, 2, 5)->digest);
  EXPECT_NE(one->digest, network.digest);
}

TEST(Randomise, RefusesLayersThatAreNotThere) {
  EXPECT_THROW(randomise(small_network(), 0, 1), Error);
  EXPECT_THROW(randomise(small_network(), 3, 1), Error);
}

}  // namespace
}  // namespace shoal::network
