// SPDX-License-Identifier: MIT
// The batched forward pass of ONNX networks gives what onnxruntime and PyTorch give.
#include <gmock/gmock.h>

#include <cmath>

#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/onnx_support.hpp"

namespace shoal {
namespace {

using test::data;

class OnnxScores : public testing::TestWithParam<std::string> {};

// Every element of every output.
TEST_P(OnnxScores, AgreeWithTheFramework) {
  std::string const name = GetParam();
  auto const network = readers::read_network(data("onnx/" + name + ".onnx"));
  auto const backend = device::Backend::cpu(1);
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(test::expected_table(name))) {
    if (expected.network != name) continue;
    std::vector<network::Task> tasks;
    for (std::int64_t i = 0; i < expected.shape.size(); ++i)
      tasks.push_back({"value", network->find(expected.output), i});
    inference::Scorer scorer(*backend, network, tasks);
    test::PackedCodes const sequence(*backend, {test::scripted_codes(network->input_length(), expected.sequence)});
    device::Buffer<float> scores(*backend, expected.values.size());
    scorer.score(sequence.view(), scores);
    std::vector<float> const found = scores.to_host();
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(expected.values[i]));
      worst = std::max(worst, std::abs(static_cast<double>(found[i]) - expected.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * std::max(largest, 0.01)) << expected.output;
    ++compared;
  }
  EXPECT_GE(compared, 1);
}

INSTANTIATE_TEST_SUITE_P(All, OnnxScores,
                         testing::Values("operators_9", "operators_20", "forms_11", "forms_18", "forms_21", "deepbind",
                                         "deepstarr", "basset", "residualbind", "bpnet", "legnet", "picture",
                                         "torch_basset", "torch_bpnet", "torch_legnet", "torch_mixed", "attention_13",
                                         "recurrence_13", "danq", "enformer", "borzoi"),
                         [](auto const& each) { return each.param; });

// PyTorch modules as its exporters write them (tests/data/onnx/onnx_zoo.py).
INSTANTIATE_TEST_SUITE_P(Zoo, OnnxScores,
                         testing::Values("zoo_block_attention_causal_fused_dynamo", "zoo_block_attention_causal_legacy",
                                         "zoo_choice_embedding_dynamo", "zoo_choice_strands_max_legacy",
                                         "zoo_choice_topk_values_legacy", "zoo_move_repeat_interleave_legacy",
                                         "zoo_norm_group_3_legacy", "zoo_norm_instance_affine_dynamo",
                                         "zoo_norm_layer_both_dynamo", "zoo_norm_rms_dynamo",
                                         "zoo_pad_circular_2_3_dynamo", "zoo_pad_reflect_2_3_legacy",
                                         "zoo_window_adaptive_mean_7_dynamo",
                                         "zoo_window_max_dilation3_stride2_padding1_legacy"),
                         [](auto const& each) { return each.param; });

}  // namespace
}  // namespace shoal
