// SPDX-License-Identifier: MIT
// Networks whose files leave the length of the sequences open, at lengths that the user chooses: against Keras
// (tests/data/keras/keras_open.py) and onnxruntime (tests/data/onnx/onnx_open.py).
#include <gmock/gmock.h>

#include <cmath>

#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/packed_codes.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using namespace inference;
using namespace network;
using namespace readers;
using test::data;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct OpenCase {
  char const* file;
  char const* table;
  char const* network;
  std::vector<std::int64_t> lengths;  // lengths of the sequences 0, 1, …
};

class OpenLengthTest : public testing::TestWithParam<OpenCase> {};

// Through the reference executor and, its first value, through the planned engine.
void expect_agreement(Network const& network, std::shared_ptr<Network const> const& shared,
                      test::Expected const& expected) {
  // A head that ends in an activation is called as the layer, its node as the activation.
  int const node = network.outputs.size() == 1 ? network.outputs.at(0) : network.find(expected.output);
  ASSERT_GE(node, 0) << expected.output;
  ASSERT_EQ(network.nodes[static_cast<std::size_t>(node)].shape, expected.shape) << expected.output;
  auto const codes = test::scripted_codes(network.input_length(), expected.sequence);
  auto const found = test::reference_value(network, codes, node);
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(expected.values[i]));
    worst = std::max(worst, std::abs(found[i] - expected.values[i]));
  }
  EXPECT_LE(worst, 1e-5 * largest) << expected.output << ' ' << expected.sequence;

  auto const backend = device::Backend::cpu(1);
  TaskSelection selection;
  selection.heads = {expected.output};
  selection.reduction = parse_reduction(expected.shape.positions > 1 ? "position:0" : "scalar");
  Scorer scorer(*backend, shared, select_tasks(network, selection));
  test::PackedCodes const packed(*backend, {codes});
  device::Buffer<float> scores(*backend, scorer.tasks().size());
  scorer.score(packed.view(), scores);
  auto const values = scores.to_host();
  ASSERT_EQ(static_cast<std::int64_t>(values.size()), expected.shape.channels);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected.values[i], 1e-5 * largest);
}

TEST_P(OpenLengthTest, AgreesAtTheLengthThatIsChosen) {
  OpenCase const& each = GetParam();
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(data(each.table))) {
    if (expected.network != each.network) continue;
    std::int64_t const length = each.lengths.at(static_cast<std::size_t>(expected.sequence));
    auto const network = read_network(data(each.file), {}, {}, length);
    EXPECT_EQ(network->input_length(), length);
    EXPECT_THAT(network->replacements, ElementsAre("length=" + std::to_string(length)));
    expect_agreement(*network, network, expected);
    ++compared;
  }
  EXPECT_GE(compared, 2);
}

TEST_P(OpenLengthTest, SaysThatALengthIsNeeded) {
  EXPECT_THAT(test::error_of(ErrorCode::input, [&] { read_network(data(GetParam().file)); }),
              AllOf(HasSubstr(GetParam().file), HasSubstr("any length"), HasSubstr("--length")));
}

TEST_P(OpenLengthTest, TheLengthIsPartOfTheDigest) {
  std::int64_t const length = GetParam().lengths.at(0);
  std::string const digest = read_network(data(GetParam().file), {}, {}, length)->digest;
  EXPECT_EQ(read_network(data(GetParam().file), {}, {}, length)->digest, digest);
  EXPECT_NE(read_network(data(GetParam().file), {}, {}, length + 3)->digest, digest);
}

std::string name_of(testing::TestParamInfo<OpenCase> const& each) {
  std::string name = each.param.file;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '.'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Keras, OpenLengthTest,
    testing::Values(OpenCase{"keras/open_splice_keras2.h5", "keras/open_keras2.tsv", "open_splice", {2510, 2503}},
                    OpenCase{"keras/open_pool_keras3.h5", "keras/open_keras3.tsv", "open_pool", {30, 53}}),
    name_of);

TEST(OpenLength, AFixedLengthStaysWhatItIs) {
  auto const network = read_network(data("keras/keras3_functional.h5"), {}, {}, 7);
  auto const plain = read_network(data("keras/keras3_functional.h5"));
  EXPECT_EQ(network->input_length(), plain->input_length());
  EXPECT_EQ(network->digest, plain->digest);
  EXPECT_THAT(network->replacements, testing::IsEmpty());
}

TEST(OpenLength, RefusesALengthThatTheLayersCannotHave) {
  EXPECT_THAT(test::error_of(ErrorCode::input, [] { read_network(data("keras/open_splice_keras2.h5"), {}, {}, 2500); }),
              AllOf(HasSubstr("cropping1d"), HasSubstr("crops everything")));
  EXPECT_THAT(test::error_of(ErrorCode::input, [] { read_network(data("keras/open_pool_keras3.h5"), {}, {}, -4); }),
              HasSubstr("length of its input 'dna' is -4"));
}

}  // namespace
}  // namespace shoal
