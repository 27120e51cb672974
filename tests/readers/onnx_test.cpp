// SPDX-License-Identifier: MIT
// ONNX networks give what onnxruntime and PyTorch give: every operator, the shapes of published networks, and files of
// both of PyTorch's exporters.
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "readers/onnx/reader.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using test::data;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;

class OnnxNetwork : public testing::TestWithParam<std::string> {};

TEST_P(OnnxNetwork, GivesWhatItsFrameworkGives) {
  auto const network = readers::read_network(data("onnx/" + GetParam() + ".onnx"));
  std::string const table = test::expected_table(GetParam());
  std::size_t compared = 0;
  for (test::Expected const& expected : test::read_expected(table)) {
    if (expected.network != GetParam()) continue;
    int const node = network->find(expected.output);
    ASSERT_GE(node, 0) << expected.output;
    EXPECT_EQ(network->nodes[static_cast<std::size_t>(node)].shape, expected.shape) << expected.output;
    auto const codes = test::scripted_codes(network->input_length(), expected.sequence);
    std::vector<double> const found = test::reference_value(*network, codes, node);
    ASSERT_EQ(found.size(), expected.values.size()) << expected.output;
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(expected.values[i]));
      worst = std::max(worst, std::abs(found[i] - expected.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * std::max(largest, 1e-3)) << expected.output << " of sequence " << expected.sequence;
    ++compared;
  }
  EXPECT_GE(compared, 2u);
}

INSTANTIATE_TEST_SUITE_P(
    All, OnnxNetwork,
    testing::Values("operators_9", "operators_13", "operators_20", "forms_11", "forms_18", "forms_21", "products",
                    "deepbind", "deepstarr", "basset", "residualbind", "bpnet", "legnet", "basenji", "spliceai",
                    "picture", "external", "torch_basset", "torch_basset_legacy", "torch_bpnet", "torch_bpnet_legacy",
                    "torch_legnet", "torch_legnet_legacy", "torch_mixed", "torch_mixed_legacy", "torch_opset23",
                    "attention_11", "attention_13", "attention_20", "recurrence_11", "recurrence_13", "recurrence_20",
                    "danq", "enformer", "borzoi", "torch_danq", "torch_danq_legacy", "torch_last_state",
                    "torch_last_state_legacy", "torch_enformer", "torch_enformer_legacy", "torch_upsampling",
                    "torch_upsampling_legacy", "torch_choices", "torch_choices_legacy", "torch_transformer",
                    "torch_transformer_legacy", "torch_heads", "torch_heads_legacy", "torch_one_sequence",
                    "torch_one_sequence_legacy"),
    [](auto const& each) { return each.param; });

std::map<std::string, int> layer_counts(network::Network const& network) {
  std::map<std::string, int> counts;
  for (network::Node const& node : network.nodes) {
    if (std::holds_alternative<network::Transpose>(node.layer)) ++counts["transpose"];
    if (std::holds_alternative<network::Constant>(node.layer)) ++counts["constant"];
    if (std::holds_alternative<network::Multiply>(node.layer)) ++counts["multiply"];
    if (auto const* layer = std::get_if<network::Activate>(&node.layer)) {
      if (layer->activation == network::Activation::silu) ++counts["silu"];
      if (layer->activation == network::Activation::gelu_sigmoid) ++counts["gelu_sigmoid"];
      if (layer->activation == network::Activation::gelu_erf) ++counts["gelu_erf"];
      if (layer->activation == network::Activation::gelu_tanh) ++counts["gelu_tanh"];
    }
  }
  return counts;
}

// Channels first, channels last, flattening and squeezing are views: no published network needs its values moved.
TEST(OnnxLayout, NoLayerIsAddedForTheOrderOfAxes) {
  for (char const* name :
       {"deepbind", "deepstarr", "basset", "residualbind", "bpnet", "legnet", "basenji", "spliceai", "picture"}) {
    auto counts = layer_counts(*readers::read_network(data(std::string("onnx/") + name + ".onnx")));
    EXPECT_EQ(counts["transpose"], 0) << name;
    EXPECT_EQ(counts["constant"], 0) << name;
  }
}

TEST(OnnxPatterns, GatedActivationsBecomeOneLayer) {
  auto legnet = layer_counts(*readers::read_network(data("onnx/legnet.onnx")));
  EXPECT_EQ(legnet["silu"], 11);
  EXPECT_EQ(legnet["multiply"], 2);  // the two squeeze-and-excitation gates
  auto basenji = layer_counts(*readers::read_network(data("onnx/basenji.onnx")));
  EXPECT_EQ(basenji["gelu_sigmoid"], 10);
  EXPECT_EQ(basenji["multiply"], 0);
  auto operators = layer_counts(*readers::read_network(data("onnx/operators_20.onnx")));
  EXPECT_EQ(operators["gelu_erf"], 3);
  EXPECT_EQ(operators["gelu_tanh"], 2);
  EXPECT_EQ(operators["silu"], 1);
}

TEST(OnnxDigest, CoversExternalWeights) {
  test::TemporaryFolder folder;
  for (char const* name : {"external.onnx", "external.bin"}) {
    test::write_file(folder.file(name), test::read_file(data(std::string("onnx/") + name)));
  }
  std::string const before = readers::read_network(folder.file("external.onnx"))->digest;
  std::string bytes = test::read_file(folder.file("external.bin"));
  bytes[1] = static_cast<char>(bytes[1] ^ 1);
  test::write_file(folder.file("external.bin"), bytes);
  EXPECT_NE(readers::read_network(folder.file("external.onnx"))->digest, before);
  std::filesystem::remove(folder.file("external.bin"));
  EXPECT_THAT(test::error_of(ErrorCode::input, [&] { readers::read_network(folder.file("external.onnx")); }),
              AllOf(HasSubstr("external.bin"), HasSubstr("no such file")));
}

}  // namespace
}  // namespace shoal
