// SPDX-License-Identifier: MIT
// Files of several Keras versions, and layers and functions of the newest, against Keras
// (tests/data/keras/keras_versions.py).
#include <gmock/gmock.h>

#include <cmath>

#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using namespace inference;
using namespace network;
using namespace readers;
using test::data;
using testing::AllOf;
using testing::HasSubstr;

class KerasVersionsTest : public testing::TestWithParam<char const*> {
 protected:
  std::string name() const { return std::string(GetParam()).substr(0, std::string(GetParam()).find('.')); }

  std::shared_ptr<Network const> read() const {
    std::string const file = GetParam();
    std::string const weights = file.ends_with(".json") ? data("keras/" + name() + ".weights.h5") : "";
    return read_network(data("keras/" + file), weights);
  }
};

TEST_P(KerasVersionsTest, ReferenceAgreesWithKeras) {
  auto const network = read();
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(data("keras/versions_expected.tsv"))) {
    if (expected.network != name()) continue;
    int const node = network->outputs.at(0);
    ASSERT_EQ(network->nodes[static_cast<std::size_t>(node)].shape, expected.shape);
    auto const found =
        test::reference_value(*network, test::scripted_codes(network->input_length(), expected.sequence), node);
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(expected.values[i]));
      worst = std::max(worst, std::abs(found[i] - expected.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * largest) << "sequence " << expected.sequence;
    ++compared;
  }
  EXPECT_EQ(compared, 2);
}

std::string test_name(testing::TestParamInfo<char const*> const& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, KerasVersionsTest,
                         testing::Values("versions_2150.h5", "versions_2150.keras", "versions_3151.keras",
                                         "further.keras", "policy.keras"),
                         test_name);

TEST(KerasVersions, MaskThatMattersIsRefused) {
  std::string const masking = test::layer("Masking", "m", "c", R"("mask_value": 0.0)");
  std::string const lstm = test::layer("LSTM", "l", "m", R"("units": 2)");
  EXPECT_THAT(test::error_of_graph(test::graph({test::conv_layer(), masking, lstm}, "l")),
              AllOf(HasSubstr("layer 'm' of class 'Masking'"), HasSubstr("its mask changes what 'l' computes")));
  std::string const other = test::layer("Masking", "m", "c", R"("mask_value": 1.0)");
  EXPECT_THAT(test::error_of_graph(test::graph({test::conv_layer(), other}, "m")),
              HasSubstr("it hides positions of 1 throughout"));
}

TEST(KerasVersions, QuantisedPolicyIsRefused) {
  std::string const conv = test::conv_layer(R"("dtype": {"class_name": "QuantizedDTypePolicy",
      "config": {"name": "int8_from_float32"}})");
  EXPECT_THAT(test::error_of_graph(test::graph({conv}, "c")), HasSubstr("its dtype policy 'int8_from_float32'"));
}

TEST(KerasVersions, UnknownActivationIsNamed) {
  EXPECT_THAT(test::error_of_graph(test::graph({test::conv_layer(R"("activation": "sparsemax")")}, "c")),
              AllOf(HasSubstr("unknown activation 'sparsemax'"), HasSubstr("mish"), HasSubstr("squareplus")));
}

}  // namespace
}  // namespace shoal
