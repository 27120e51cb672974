// SPDX-License-Identifier: MIT
// Recurrent, attending, two-dimensional and shared Keras layers, further inputs and Lambda layers, against Keras and
// TensorFlow (tests/data/keras/keras_layers.py), through the reference executor and through the planned engine.
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "inference/gradient.hpp"
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
using testing::HasSubstr;

std::shared_ptr<Network const> read_case(std::string const& file) {
  std::string const path = data("keras/" + file);
  if (file.starts_with("tracks")) {
    std::string const profile = "profile_bias=" + data("keras/tracks_profile.npy");
    return read_network(path, {}, parse_replacements({profile, "count_bias=" + data("keras/tracks_bias.tsv")}, {}));
  }
  if (file.starts_with("shared")) {
    return read_network(path, {},
                        parse_replacements({}, {"turn=reverse-complement", "power=square", "python=log1p",
                                                "total=log-sum-exp-positions"}));
  }
  return file.ends_with(".json") ? read_network(path, data("keras/recurrent.weights.h5")) : read_network(path);
}

class KerasLayersTest : public testing::TestWithParam<char const*> {
 protected:
  std::string name() const { return std::string(GetParam()).substr(0, std::string(GetParam()).find('.')); }
};

TEST_P(KerasLayersTest, ReferenceAgreesWithKeras) {
  auto const network = read_case(GetParam());
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(data("keras/layers_expected.tsv"))) {
    if (expected.network != name()) continue;
    int const node = network->find(expected.output);
    ASSERT_GE(node, 0) << expected.output;
    EXPECT_THAT(network->outputs, testing::Contains(node)) << expected.output;
    ASSERT_EQ(network->nodes[static_cast<std::size_t>(node)].shape, expected.shape) << expected.output;
    auto const found =
        test::reference_value(*network, test::scripted_codes(network->input_length(), expected.sequence), node);
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(expected.values[i]));
      worst = std::max(worst, std::abs(found[i] - expected.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * largest) << expected.output << ' ' << expected.sequence;
    ++compared;
  }
  EXPECT_GE(compared, 2);
}

struct GoldenGradient {
  int sequence = 0;
  std::vector<float> values;
};

std::vector<GoldenGradient> golden_gradients(std::string const& name) {
  std::ifstream file(data("keras/layers_gradients.tsv"));
  std::vector<GoldenGradient> rows;
  for (std::string line; std::getline(file, line);) {
    auto const fields = split(line, '\t');
    if (fields.at(0) != name) continue;
    GoldenGradient row{std::stoi(std::string(fields.at(1))), {}};
    for (std::string_view const value : split(fields.at(2), ' ')) row.values.push_back(std::stof(std::string(value)));
    rows.push_back(std::move(row));
  }
  return rows;
}

double worst_relative(std::vector<float> const& found, std::vector<float> const& expected) {
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
    worst = std::max(worst, std::abs(static_cast<double>(found[i]) - static_cast<double>(expected[i])));
  }
  return worst / largest;
}

TEST_P(KerasLayersTest, ScoresAndGradientsAgreeWithTensorFlow) {
  auto const network = read_case(GetParam());
  auto const backend = device::Backend::cpu(1);
  std::string const& output = network->nodes[static_cast<std::size_t>(network->outputs.front())].name;
  TaskSelection selection;
  selection.heads = {output + ":0"};
  auto const tasks = select_tasks(*network, selection);
  ASSERT_EQ(tasks.size(), 1U);
  Gradient gradient(*backend, network, tasks);
  Scorer scorer(*backend, network, tasks);
  auto const length = static_cast<std::size_t>(network->input_length());
  auto const golden = golden_gradients(name());
  ASSERT_EQ(golden.size(), 2U);
  for (GoldenGradient const& row : golden) {
    auto const codes = test::scripted_codes(network->input_length(), row.sequence);
    test::PackedCodes const packed(*backend, {codes});
    device::Buffer<float> values(*backend, 1), maps(*backend, 4 * length), scores(*backend, 1);
    gradient.evaluate(packed.view(), values, maps);
    scorer.score(packed.view(), scores);
    std::vector<float> const map = maps.to_host();
    std::vector<float> turned(map.size());
    for (std::size_t p = 0; p < length; ++p) {
      for (std::size_t c = 0; c < 4; ++c) turned[4 * p + c] = map[c * length + p];
    }
    EXPECT_LE(worst_relative(turned, row.values), 1e-4) << row.sequence;
    auto const expected = test::reference_value(*network, codes, network->outputs.front());
    double const wanted = expected[0];
    EXPECT_NEAR(scores.to_host()[0], wanted, 1e-5 * std::max(1.0, std::abs(wanted)));
    EXPECT_NEAR(values.to_host()[0], wanted, 1e-5 * std::max(1.0, std::abs(wanted)));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, KerasLayersTest,
                         testing::Values("recurrent.h5", "recurrent.json", "attention.h5", "attention.keras",
                                         "planes.h5", "planes_turned.keras", "shared.h5", "shared.keras", "tracks.h5"),
                         [](testing::TestParamInfo<char const*> const& each) {
                           std::string name = each.param;
                           name[name.find('.')] = '_';
                           return name;
                         });

std::string error_of_case(std::string const& file, std::vector<std::string> const& inputs,
                          std::vector<std::string> const& lambdas) {
  return test::error_of(ErrorCode::input,
                        [&] { read_network(data("keras/" + file), {}, parse_replacements(inputs, lambdas)); });
}

TEST(KerasInputs, NamesWhatIsFedByNothing) {
  EXPECT_THAT(error_of_case("tracks.h5", {"count_bias=zeros"}, {}),
              AllOf(HasSubstr("tracks.h5"), HasSubstr("input 'profile_bias' of shape (20, 2) is fed by nothing"),
                    HasSubstr("--input profile_bias=zeros")));
  EXPECT_THAT(error_of_case("tracks.h5", {"dna=zeros", "profile_bias=zeros", "count_bias=zeros"}, {}),
              HasSubstr("no input left for the sequences"));
}

TEST(KerasInputs, ZerosAreTheSameAsAFileOfZeros) {
  test::TemporaryFolder folder;
  std::string rows;
  for (int i = 0; i < 20; ++i) rows += "0\t0\n";
  test::write_file(folder.file("zeros.tsv"), rows);
  test::write_file(folder.file("other.tsv"), "0\t1\n" + rows.substr(4));
  auto const read = [](std::string const& profile) {
    return read_network(data("keras/tracks.h5"), {},
                        parse_replacements({"profile_bias=" + profile, "count_bias=zeros"}, {}));
  };
  auto const zeros = read("zeros"), file = read(folder.file("zeros.tsv")), other = read(folder.file("other.tsv"));
  EXPECT_THAT(zeros->replacements, testing::ElementsAre("input count_bias=zeros", "input profile_bias=zeros"));
  auto const codes = test::scripted_codes(24, 0);
  int const output = zeros->outputs.back();
  EXPECT_EQ(test::reference_value(*zeros, codes, output), test::reference_value(*file, codes, output));
  EXPECT_NE(test::reference_value(*zeros, codes, output), test::reference_value(*other, codes, output));
  // Values are part of what a network is.
  EXPECT_NE(zeros->digest, other->digest);
  EXPECT_NE(file->digest, other->digest);
}

TEST(KerasInputs, RefusesValuesThatDoNotFit) {
  test::TemporaryFolder folder;
  auto const error = [&](std::string const& file, std::string const& text) {
    test::write_file(folder.file(file), text);
    return error_of_case("tracks.h5", {"count_bias=" + folder.file(file), "profile_bias=zeros"}, {});
  };
  EXPECT_THAT(error("two.tsv", "name\tvalue\na\t1\nb\t2\n"),
              AllOf(HasSubstr("--input count_bias"), HasSubstr("shape (1)"), HasSubstr("(2, 1)"),
                    HasSubstr("differ between sequences")));
  EXPECT_THAT(error("text.tsv", "one\n"), AllOf(HasSubstr("text.tsv"), HasSubstr("line 1"), HasSubstr("'one'")));
  EXPECT_THAT(error("ragged.tsv", "1\t2\n3\n"), HasSubstr("line 2 has 1 numbers"));
  EXPECT_THAT(error("infinite.tsv", "inf\n"), HasSubstr("no finite number"));
  EXPECT_THAT(error("empty.tsv", "# nothing\n"), HasSubstr("there are none"));
  EXPECT_THAT(error("bad.npy", "NUMPY"), HasSubstr("no NumPy array"));
  std::string const whole = test::read_file(data("keras/tracks_profile.npy"));
  EXPECT_THAT(error("cut.npy", whole.substr(0, whole.size() - 4)), HasSubstr("156 bytes"));
  EXPECT_THAT(error("header.npy", whole.substr(0, 40)), HasSubstr("ends within its header"));
  EXPECT_THAT(error("other.npy", whole), HasSubstr("(20, 2)"));
  EXPECT_THAT(error_of_case("tracks.h5", {"count_bias=/nowhere.npy", "profile_bias=zeros"}, {}),
              HasSubstr("/nowhere.npy"));
}

TEST(KerasLambda, IsRefusedByNameWithTheOptionThatReplacesIt) {
  EXPECT_THAT(error_of_case("shared.h5", {}, {"python=log1p", "total=sum-positions"}),
              AllOf(HasSubstr("layer 'turn' of class 'Lambda'"), HasSubstr("--layer turn=OP")));
  EXPECT_THAT(error_of_case("shared.h5", {}, {"turn=flip", "python=log1p", "total=sum-positions"}),
              AllOf(HasSubstr("unknown replacement 'flip'"), HasSubstr("reverse-complement")));
  EXPECT_THAT(error_of_case("shared.h5", {}, {"turn=scale", "python=log1p", "total=sum-positions"}),
              HasSubstr("--layer turn=scale:X"));
  EXPECT_THAT(error_of_case("shared.h5", {}, {"turn=scale:x", "python=log1p", "total=sum-positions"}),
              HasSubstr("unknown replacement"));
}

TEST(Replacements, AreNamesAndValues) {
  auto const error = [](std::vector<std::string> const& inputs) {
    return test::error_of(ErrorCode::config, [&] { parse_replacements(inputs, {}); });
  };
  EXPECT_THAT(error({"zeros"}), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(error({"=zeros"}), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(error({"x="}), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(error({"x=zeros", "x=y"}), HasSubstr("given before"));
}

}  // namespace
}  // namespace shoal
