// SPDX-License-Identifier: MIT
// Small networks in the shapes of published ones (tests/data/published/make.py), and the real ones of ../shared/data,
// against what h5py reads from the same files.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "network/describe.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"

namespace shoal {
namespace {

using namespace network;
using namespace readers;
using test::node;
using test::shared;

// A network of tests/data/published.
std::shared_ptr<Network const> published(std::string const& name) {
  return read_network(test::data("published/" + name + ".json"), test::data("published/" + name + ".h5"));
}

TEST(PublishedShapes, HaveTheWeightsOfTheirFiles) {
  std::ifstream table(test::data("published/values.tsv"));
  std::string line;
  std::getline(table, line);
  int checked = 0;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string name, layer, array;
    std::size_t index = 0;
    float value = 0.0F;
    fields >> name >> layer >> array >> index >> value;
    auto const network = published(name);
    auto const& found = node(*network, layer).layer;
    auto const* const convolution = std::get_if<Conv1D>(&found);
    if (convolution != nullptr) {
      EXPECT_EQ((array == "kernel" ? convolution->kernel : convolution->bias).at(index), value) << line;
    } else {
      auto const& dense = std::get<Dense>(found);
      EXPECT_EQ((array == "kernel" ? dense.kernel : dense.bias).at(index), value) << line;
    }
    ++checked;
  }
  EXPECT_EQ(checked, 60);
}

TEST(PublishedShapes, DeepStarr) {
  auto const network = published("deepstarr");
  EXPECT_EQ(network->nodes.size(), 28u);
  EXPECT_EQ(network->input_length(), 60);
  ASSERT_EQ(network->outputs.size(), 2u);
  EXPECT_EQ(network->nodes[static_cast<std::size_t>(network->outputs[0])].name, "Dense_Dev");
  EXPECT_EQ(network->nodes[static_cast<std::size_t>(network->outputs[1])].name, "Dense_Hk");
  std::int64_t parameters = 0;
  for (Node const& each : network->nodes) parameters += parameter_count(each);
  // Convolutions (7 * 4 + 1) 20, (3 * 20 + 1) 10, (5 * 10 + 1) 10, (3 * 10 + 1) 12; dense (3 * 12 + 1) 16, (16 + 1) 16;
  // heads 2 (16 + 1); two numbers per channel of each normalisation.
  EXPECT_EQ(parameters, 580 + 610 + 510 + 372 + 592 + 272 + 34 + 2 * (20 + 10 + 10 + 12 + 16 + 16));
}

// An input made up for the Sequential graph, the convolution, its relu, pooling, dense, sigmoid.
TEST(PublishedShapes, Tal1) {
  auto const network = published("tal1");
  ASSERT_EQ(network->nodes.size(), 6u);
  EXPECT_EQ(network->nodes[1].shape, (Shape{62, 6}));
  EXPECT_EQ(network->nodes[2].name, network->nodes[1].name + "/relu");
  EXPECT_EQ(network->nodes[3].shape, (Shape{1, 6}));
}

TEST(PublishedShapes, CnnZoo) {
  for (std::string const depth : {"deep", "shallow"}) {
    for (std::string const activation : {"relu", "exponential"}) {
      auto const network = published(depth + "_" + activation);
      EXPECT_EQ(network->nodes.size(), depth == "deep" ? 27u : 18u);
      EXPECT_EQ(network->input_length(), 64);
      EXPECT_EQ(network->outputs.size(), 1u);
      EXPECT_EQ(std::get<Activate>(network->nodes.back().layer).activation, Activation::sigmoid);
      EXPECT_EQ(std::get<Activate>(network->nodes[3].layer).activation,
                activation == "relu" ? Activation::relu : Activation::exponential);
    }
  }
}

TEST(SharedNetworks, DeepStarr) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const network = read_network(shared("deepstarr/deepstarr.model.json"), shared("deepstarr/deepstarr.model.h5"));
  EXPECT_EQ(network->nodes.size(), 28u);
  EXPECT_EQ(network->input_length(), 249);
  ASSERT_EQ(network->outputs.size(), 2u);
  EXPECT_EQ(network->nodes[static_cast<std::size_t>(network->outputs[0])].name, "Dense_Dev");
  EXPECT_EQ(network->nodes[static_cast<std::size_t>(network->outputs[1])].name, "Dense_Hk");
  std::int64_t parameters = 0;
  double cost = 0;
  for (Node const& each : network->nodes) {
    parameters += parameter_count(each);
    cost += operations(*network, each);
  }
  // The published numbers of these networks: see ../shared/data/README.md.
  EXPECT_EQ(parameters, 622'722);
  EXPECT_NEAR(cost / 1e6, 19.6, 0.05);
  EXPECT_FLOAT_EQ(std::get<Conv1D>(node(*network, "Conv1D_1st").layer).kernel.at(3684), -0.4257708F);
  EXPECT_FLOAT_EQ(std::get<Conv1D>(node(*network, "Conv1D_4").layer).bias.at(77), 0.011504062F);
  EXPECT_FLOAT_EQ(std::get<Dense>(node(*network, "Dense_Hk").layer).kernel.at(200), 0.03952016F);
  EXPECT_FLOAT_EQ(std::get<BatchNorm>(node(*network, "batch_normalization_60").layer).scale.at(9), 1.0289295863154495F);
  EXPECT_FLOAT_EQ(std::get<BatchNorm>(node(*network, "batch_normalization_60").layer).shift.at(9),
                  -0.4386301845242442F);
}

TEST(SharedNetworks, Tal1) {
  SHOAL_NEEDS_SHARED_DATA();
  auto const network = read_network(shared("tal1/tal1.model.json"), shared("tal1/tal1.weights.h5"));
  // Input made up for the Sequential graph, conv, its relu, pooling, dense, sigmoid.
  ASSERT_EQ(network->nodes.size(), 6u);
  EXPECT_EQ(network->nodes[2].name, "conv1d_1/relu");
  EXPECT_EQ(network->nodes[1].shape, (Shape{486, 16}));
  EXPECT_EQ(network->nodes[3].shape, (Shape{1, 16}));
  EXPECT_FLOAT_EQ(std::get<Conv1D>(node(*network, "conv1d_1").layer).kernel.at(476), -0.076501094F);
  EXPECT_FLOAT_EQ(std::get<Dense>(node(*network, "dense_1").layer).kernel.at(11), 1.3065345F);
  EXPECT_FLOAT_EQ(std::get<Dense>(node(*network, "dense_1").layer).bias.at(0), -0.13081011F);
}

TEST(SharedNetworks, CnnZoo) {
  SHOAL_NEEDS_SHARED_DATA();
  for (std::string const depth : {"deep", "shallow"}) {
    for (std::string const activation : {"relu", "exponential"}) {
      for (std::string const index : {"0", "1"}) {
        std::string const name = depth + "_" + activation;
        auto const network =
            read_network(shared("cnn_zoo/" + name + ".json"), shared("cnn_zoo/cnn_" + name + "_" + index + ".h5"));
        EXPECT_EQ(network->nodes.size(), depth == "deep" ? 27u : 18u);
        EXPECT_EQ(network->input_length(), 200);
        EXPECT_EQ(network->outputs.size(), 1u);
        EXPECT_EQ(network->nodes.back().name, depth == "deep" ? "activation_5" : "activation_3");
        EXPECT_EQ(std::get<Activate>(node(*network, "activation").layer).activation,
                  activation == "relu" ? Activation::relu : Activation::exponential);
      }
    }
  }
  auto const network =
      read_network(shared("cnn_zoo/deep_exponential.json"), shared("cnn_zoo/cnn_deep_exponential_1.h5"));
  EXPECT_FLOAT_EQ(std::get<Conv1D>(node(*network, "conv1d_2").layer).kernel.at(10751), 0.2160117F);
  EXPECT_FLOAT_EQ(std::get<Dense>(node(*network, "dense").layer).kernel.at(9650), -0.050603513F);
}

}  // namespace
}  // namespace shoal
