// SPDX-License-Identifier: MIT
// The batched forward pass of ONNX networks gives what onnxruntime and PyTorch give.
#include <gmock/gmock.h>

#include <cmath>

#include "model/scorer.hpp"
#include "onnx_support.hpp"

namespace shoal {
namespace {

using test::data;

struct Table {
  char const* file;
  char const* network;
};

class OnnxScores : public testing::TestWithParam<Table> {};

TEST_P(OnnxScores, AgreeWithTheFramework) {
  auto const [table, name] = GetParam();
  auto const network = model::read_network(data(std::string("onnx/") + name + ".onnx"));
  auto const backend = device::Backend::cpu(1);
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(data(table))) {
    if (expected.network != name || expected.shape.positions != 1) continue;
    model::TaskSelection selection;
    selection.heads = {expected.output};
    model::Scorer scorer(*backend, network, model::select_tasks(*network, selection));
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

constexpr char const* onnxruntime_table = "onnx/expected.tsv";
constexpr char const* torch_table = "onnx/torch_expected.tsv";

INSTANTIATE_TEST_SUITE_P(All, OnnxScores,
                         testing::Values(Table{onnxruntime_table, "operators_9"},
                                         Table{onnxruntime_table, "operators_20"}, Table{onnxruntime_table, "deepbind"},
                                         Table{onnxruntime_table, "deepstarr"}, Table{onnxruntime_table, "basset"},
                                         Table{onnxruntime_table, "residualbind"}, Table{onnxruntime_table, "bpnet"},
                                         Table{onnxruntime_table, "legnet"}, Table{onnxruntime_table, "picture"},
                                         Table{torch_table, "torch_basset"}, Table{torch_table, "torch_bpnet"},
                                         Table{torch_table, "torch_legnet"}, Table{torch_table, "torch_mixed"}),
                         [](auto const& each) { return std::string(each.param.network); });

}  // namespace
}  // namespace shoal
