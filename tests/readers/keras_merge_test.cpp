// SPDX-License-Identifier: MIT
// Keras networks of branches and of models inside models, in every file form, give what Keras gives.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/packed_codes.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using test::data;
using testing::AllOf;
using testing::HasSubstr;

void expect_predictions(network::Network const& network, std::string const& name) {
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(data("keras/expected.tsv"))) {
    if (expected.network != name) continue;
    int const node = network.find(expected.output);
    ASSERT_GE(node, 0) << expected.output;
    EXPECT_THAT(network.outputs, testing::Contains(node)) << expected.output;
    ASSERT_EQ(network.nodes[static_cast<std::size_t>(node)].shape, expected.shape) << expected.output;
    auto const found =
        test::reference_value(network, test::scripted_codes(network.input_length(), expected.sequence), node);
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(expected.values[i]));
      worst = std::max(worst, std::abs(found[i] - expected.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * largest) << expected.output;
    ++compared;
  }
  EXPECT_GE(compared, 2);
}

TEST(KerasMerges, WholeFile) {
  expect_predictions(*readers::read_network(data("keras/merges.h5")), "merges");
}

TEST(KerasMerges, Archive) {
  expect_predictions(*readers::read_network(data("keras/merges.keras")), "merges");
}

TEST(KerasMerges, GraphAndNumberedWeights) {
  expect_predictions(*readers::read_network(data("keras/merges.json"), data("keras/merges.weights.h5")), "merges");
}

TEST(KerasNested, WholeFile) {
  expect_predictions(*readers::read_network(data("keras/nested.h5")), "nested");
}

TEST(KerasNested, Archive) {
  expect_predictions(*readers::read_network(data("keras/nested.keras")), "nested");
}

TEST(KerasArchiveDamage, SurvivesChangedBytesAndCuts) {
  test::TemporaryFolder folder;
  std::string const whole = test::read_file(data("keras/nested.keras"));
  std::mt19937_64 random(5);
  int refused = 0;
  for (int trial = 0; trial < 100; ++trial) {
    std::string bytes = whole;
    if (trial % 5 == 4) {
      bytes.resize(64 + random() % (whole.size() - 64));
    } else {
      bytes[2 + random() % (bytes.size() - 2)] ^= static_cast<char>(1 + random() % 255);
    }
    test::write_file(folder.file("damaged.keras"), bytes);
    try {
      readers::read_network(folder.file("damaged.keras"));
    } catch (Error const& error) {
      ++refused;
      EXPECT_EQ(error.code(), ErrorCode::input) << trial << ": " << error.what();
      EXPECT_THAT(error.what(), HasSubstr("damaged.keras")) << trial;
    }
  }
  EXPECT_GT(refused, 30);
}

// A layer that reads two layers.
std::string joining(std::string const& type, std::string const& name, std::string const& first,
                    std::string const& second) {
  return R"({"class_name": ")" + type + R"(", "name": ")" + name + R"(", "config": {"name": ")" + name +
         R"("}, "inbound_nodes": [[[")" + first + R"(", 0, 0, {}], [")" + second + R"(", 0, 0, {}]]]})";
}

// Masks are -1e9: what they are compared with keeps all its digits, and they are themselves where they win.
TEST(KerasMerge, ExtremesBesideAMaskAreExact) {
  auto const rescaling = [](std::string const& name, std::string const& offset) {
    return test::layer("Rescaling", name, "c", R"("scale": 0.0, "offset": )" + offset);
  };
  auto const network = test::read_graph(test::graph(
      {test::conv_layer(), rescaling("low", "-1e9"), rescaling("high", "1e9"), joining("Maximum", "over", "low", "c"),
       joining("Minimum", "under", "c", "high"), joining("Minimum", "masked", "c", "low"),
       joining("Add", "all", "over", "under"), joining("Add", "out", "all", "masked")},
      "out"));
  auto const backend = device::Backend::cpu(1);
  auto const tasks = network::select_tasks(*network, {{"c:0@sum", "over:0@sum", "under:0@sum", "masked:0@position:2"}});
  inference::Scorer scorer(*backend, network, tasks);
  test::PackedCodes const alone(*backend, {test::scripted_codes(network->input_length(), 0)});
  device::Buffer<float> scores(*backend, tasks.size());
  scorer.score(alone.view(), scores);
  std::vector<float> const found = scores.to_host();
  EXPECT_NE(found[0], 0.0F);
  EXPECT_EQ(found[1], found[0]);
  EXPECT_EQ(found[2], found[0]);
  EXPECT_EQ(found[3], -1e9F);
}

}  // namespace
}  // namespace shoal
