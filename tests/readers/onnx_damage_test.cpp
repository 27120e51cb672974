// SPDX-License-Identifier: MIT
// Damaged, hostile and unsupported ONNX files end in an input error that names them.
#include <gmock/gmock.h>

#include <random>

#include "readers/onnx/reader.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/sanitized.hpp"

namespace shoal {
namespace {

using readers::OnnxModel;
using readers::OnnxNode;
using readers::OnnxTensor;
using test::data;
using test::error_of;
using test::read_file;
using test::write_file;
using testing::AllOf;
using testing::HasSubstr;

TEST(OnnxDamage, WrongFilesAreNamed) {
  test::TemporaryFolder folder;
  auto const read = [&](std::string const& bytes) {
    write_file(folder.file("network.onnx"), bytes);
    return error_of(ErrorCode::input, [&] { readers::read_network(folder.file("network.onnx")); });
  };
  EXPECT_THAT(read("not a network"), AllOf(HasSubstr("network.onnx"), HasSubstr("damaged or not an ONNX model")));
  EXPECT_THAT(read(std::string("\x08\x07", 2)), HasSubstr("damaged or not an ONNX model"));
  std::string const whole = read_file(data("onnx/deepbind.onnx"));
  EXPECT_THAT(read(whole.substr(0, whole.size() / 2)), HasSubstr("damaged or not an ONNX model"));
  EXPECT_THAT(error_of(ErrorCode::config,
                       [&] { readers::read_network(data("onnx/deepbind.onnx"), data("keras/keras_conv.h5")); }),
              HasSubstr("--weights"));
}

// Any result is right except a crash, a hang or an error of another kind: many bytes belong to a weight.
TEST(OnnxDamage, SurvivesChangedBytesAndCuts) {
  test::TemporaryFolder folder;
  std::mt19937_64 random(20240817);
  std::string const file = folder.file("damaged.onnx");
  int refused = 0;
  for (char const* name : {"deepbind", "bpnet", "operators_20", "forms_21"}) {
    std::string const whole = read_file(data(std::string("onnx/") + name + ".onnx"));
    for (int trial = 0; trial < test::trials(120); ++trial) {
      std::string bytes = whole;
      if (trial % 8 == 7) {
        bytes.resize(random() % whole.size());
      } else {
        bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
      }
      write_file(file, bytes);
      try {
        readers::read_network(file);
      } catch (Error const& error) {
        ++refused;
        EXPECT_EQ(error.code(), ErrorCode::input) << name << " " << trial << ": " << error.what();
        EXPECT_THAT(error.what(), HasSubstr("damaged.onnx")) << name << " " << trial;
      }
    }
  }
  EXPECT_GT(refused, test::trials(60));
}

// The same in this process, without the child: what the parser and the translation withstand alone. Names and operators
// are where a change reaches furthest, so half of the changes are made there.
TEST(OnnxDamage, ParserAndTranslationSurviveInProcess) {
  std::mt19937_64 random(77);
  for (char const* name : {"operators_9", "operators_13", "legnet", "basenji", "torch_heads_legacy", "torch_choices"}) {
    std::string const whole = read_file(data(std::string("onnx/") + name + ".onnx"));
    std::string const file = "changed.onnx";
    for (int trial = 0; trial < test::trials(1000); ++trial) {
      std::string bytes = whole;
      std::size_t const reach = trial % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 12'000);
      for (int change = 0; change <= trial % 3; ++change) {
        bytes[random() % reach] ^= static_cast<char>(1 + random() % 255);
      }
      try {
        readers::Replacements const nothing;
        readers::ReplacementUse use(nothing);
        readers::build_onnx_network(readers::parse_onnx(bytes, file), file, use);
      } catch (Error const& error) {
        EXPECT_EQ(error.code(), ErrorCode::input) << name << " " << trial << ": " << error.what();
      }
    }
  }
}

OnnxTensor floats(std::vector<std::int64_t> dims) {
  std::size_t count = 1;
  for (std::int64_t const extent : dims) count *= static_cast<std::size_t>(extent);
  return {std::move(dims), true, std::vector<float>(count, 0.5F), {}};
}

OnnxTensor integers(std::vector<std::int64_t> values) {
  return {{static_cast<std::int64_t>(values.size())}, false, {}, std::move(values)};
}

OnnxModel small(std::vector<OnnxNode> nodes, std::vector<std::int64_t> shape = {-1, 4, 20}) {
  OnnxModel model;
  model.opset = 18;
  model.inputs = {{"x", true, std::move(shape)}};
  model.outputs = {{"y", false, {}}};
  model.nodes = std::move(nodes);
  model.initializers = {{"kernel", floats({3, 4, 5})}, {"wide", floats({3, 4, 50})}, {"third", floats({3, 3, 5})},
                        {"axis0", integers({0})},      {"shape", integers({5, 20})}, {"zero", floats({1})}};
  model.initializers["zero"].floats = {0.0F};
  return model;
}

std::string refusal(OnnxModel const& model) {
  readers::Replacements const nothing;
  readers::ReplacementUse use(nothing);
  return error_of(ErrorCode::input, [&] { readers::build_onnx_network(model, "net.onnx", use); });
}

TEST(OnnxRefusals, NameNodeOperatorAndFile) {
  auto const of = [](OnnxNode node) { return refusal(small({std::move(node)})); };
  EXPECT_THAT(of({"Bogus", "", "b", {"x"}, {"y"}, {}}),
              AllOf(HasSubstr("unknown operator"), HasSubstr("'b'"), HasSubstr("'Bogus'"), HasSubstr("net.onnx")));
  EXPECT_THAT(of({"Conv", "com.other", "c", {"x", "kernel"}, {"y"}, {}}), HasSubstr("com.other"));
  EXPECT_THAT(of({"Conv", "", "c", {"x", "wide"}, {"y"}, {}}),
              AllOf(HasSubstr("'c'"), HasSubstr("20 positions"), HasSubstr("window of 50")));
  EXPECT_THAT(of({"Conv", "", "c", {"x", "third"}, {"y"}, {}}), HasSubstr("reads 3 channels of 4"));
  EXPECT_THAT(of({"Conv", "", "c", {"x", "nothing"}, {"y"}, {}}), HasSubstr("no node before it computes"));
  EXPECT_THAT(of({"Conv", "", "c", {"x"}, {"y"}, {}}), HasSubstr("input 1 is missing"));
  EXPECT_THAT(of({"MatMul", "", "m", {"x", "x"}, {"y"}, {}}), HasSubstr("differ in length"));
  EXPECT_THAT(of({"ReduceMean", "", "r", {"x", "axis0"}, {"y"}, {}}), HasSubstr("batch axis"));
  EXPECT_THAT(of({"Reshape", "", "r", {"x", "shape"}, {"y"}, {}}), HasSubstr("moves the batch axis"));
  EXPECT_THAT(of({"Div", "", "d", {"x", "zero"}, {"y"}, {}}), HasSubstr("divides by zero"));
  EXPECT_THAT(of({"Relu", "", "r", {"y"}, {"y"}, {}}), HasSubstr("no node before it computes"));
  EXPECT_THAT(of({"Relu", "", "r", {"x"}, {"z"}, {}}), HasSubstr("'y' is computed by no node"));
}

// PyTorch's softplus is its argument above a threshold: exactly so only where float32 sees no difference.
TEST(OnnxRefusals, ChoicesThatAreNoActivation) {
  auto const chosen = [](float threshold, std::string const& above) {
    OnnxModel model = small({{"Softplus", "", "s", {"x"}, {"soft"}, {}},
                             {"Greater", "", "g", {"x", "threshold"}, {"is_above"}, {}},
                             {"Where", "", "w", {"is_above", above, "soft"}, {"y"}, {}}});
    model.initializers["threshold"] = floats({1});
    model.initializers["threshold"].floats = {threshold};
    return refusal(model);
  };
  EXPECT_EQ(chosen(20.0F, "x"), "no error");
  EXPECT_THAT(chosen(5.0F, "x"), HasSubstr("turns linear below 16"));
  EXPECT_THAT(chosen(20.0F, "soft"), HasSubstr("'w'"));
}

TEST(OnnxRefusals, InputsMustBeOneSequenceOfFixedLength) {
  OnnxNode const copy{"Relu", "", "r", {"x"}, {"y"}, {}};
  EXPECT_THAT(refusal(small({copy}, {-1, 4, -1})), HasSubstr("open"));
  EXPECT_THAT(refusal(small({copy}, {-1, 5, 20})), HasSubstr("(N, 4, length)"));
  EXPECT_THAT(refusal(small({copy}, {-1, 4})), HasSubstr("(N, 4, length)"));
  OnnxModel two = small({copy});
  two.inputs.push_back({"control", true, {-1, 20}});
  EXPECT_THAT(refusal(two), AllOf(HasSubstr("2 inputs"), HasSubstr("control")));
}

// A constant subgraph must not multiply sizes beyond any file's.
TEST(OnnxRefusals, HugeConstantsAreRefused) {
  OnnxModel model =
      small({{"ConstantOfShape", "", "big", {"sizes"}, {"b"}, {}}, {"Add", "", "a", {"x", "b"}, {"y"}, {}}});
  model.initializers["sizes"] = integers({1 << 20, 1 << 20, 1 << 20});
  EXPECT_THAT(refusal(model), AllOf(HasSubstr("'big'"), HasSubstr("too large")));
}

TEST(OnnxRefusals, WeightsOutsideTheFolderAreNotRead) {
  test::TemporaryFolder folder;
  std::string bytes = read_file(data("onnx/external.onnx"));
  for (std::size_t at; (at = bytes.find("external.bin")) != std::string::npos;) bytes.replace(at, 12, "../secret.xx");
  write_file(folder.file("network.onnx"), bytes);
  EXPECT_THAT(error_of(ErrorCode::input, [&] { readers::read_network(folder.file("network.onnx")); }),
              AllOf(HasSubstr("../secret.xx"), HasSubstr("outside the model's folder")));
}

}  // namespace
}  // namespace shoal
