// SPDX-License-Identifier: MIT
// Layers of published repositories, which Keras itself does not know or no longer knows, and layers that the
// user declares: against Keras (tests/data/keras/keras_published.py).
#include <gmock/gmock.h>

#include <cmath>

#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using namespace network;
using namespace readers;
using test::data;
using testing::AllOf;
using testing::HasSubstr;

void expect_predictions(Network const& network, std::string const& name) {
  int compared = 0;
  for (test::Expected const& expected : test::read_expected(data("keras/published_expected.tsv"))) {
    if (expected.network != name) continue;
    int const node = network.outputs.front();
    ASSERT_EQ(network.nodes[static_cast<std::size_t>(node)].shape, expected.shape);
    auto const codes = test::scripted_codes(network.input_length(), expected.sequence);
    auto const found = test::reference_value(network, codes, node);
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(expected.values[i]));
      worst = std::max(worst, std::abs(found[i] - expected.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * largest) << expected.sequence;
    ++compared;
  }
  EXPECT_EQ(compared, 2);
}

std::shared_ptr<Network const> read(std::string const& file, std::vector<std::string> const& layers = {}) {
  return read_network(data("keras/" + file), {}, parse_replacements({}, layers));
}

std::string error_of(std::string const& file, std::vector<std::string> const& layers = {}) {
  return test::error_of(ErrorCode::input, [&] { read(file, layers); });
}

TEST(PublishedLayers, BasenjisRandomStrandsAndShiftsDoNothingAtInference) {
  auto const network = read("basenji.h5", {"GELU=gelu-sigmoid"});
  EXPECT_THAT(network->replacements, testing::ElementsAre("layer GELU=gelu-sigmoid"));
  expect_predictions(*network, "basenji");
}

TEST(PublishedLayers, TheSwitchBackReadsTheFlagOfARandomStrand) {
  std::string const switched =
      R"({"class_name": "SwitchReverse", "name": "s", "config": {"name": "s"}, "inbound_nodes": [[["c", 0, 0, {}], ["d", 0, 0, {}]]]})";
  std::string const dense = test::layer("GlobalMaxPooling1D", "d", "c");
  EXPECT_THAT(test::error_of_graph(test::graph({test::conv_layer(), dense, switched}, "s")),
              AllOf(HasSubstr("layer 's' of class 'SwitchReverse'"), HasSubstr("the flag of a layer")));
}

TEST(PublishedLayers, ConvDnaIsAConvolution) {
  expect_predictions(*read("concise.h5"), "concise");
}

TEST(PublishedLayers, Keras1HasNamesOfItsOwn) {
  expect_predictions(*read("keras1_planes.h5"), "keras1_planes");
  expect_predictions(*read("keras1_planes_theano.h5"), "keras1_planes");
}

TEST(PublishedLayers, RefusesTheOtherOrderOfAxesOfKeras1) {
  std::string const turned =
      test::layer("Convolution2D", "c", "x",
                  R"("nb_filter": 3, "nb_row": 5, "nb_col": 1, "dim_ordering": "th", "border_mode": "valid")");
  EXPECT_THAT(test::error_of_graph(test::graph({turned}, "c", "[null, 20, 1, 4]")),
              AllOf(HasSubstr("layer 'c'"), HasSubstr("'dim_ordering' is 'th'")));
}

TEST(DeclaredLayers, AreReadByNameOrClass) {
  auto const by_name =
      read("declared.h5", {"watch=identity", "watch_again=identity", "strength=square"});  // not what it computes
  auto const by_class = read("declared.h5", {"Monitor=identity", "strength=square"});
  EXPECT_THAT(by_name->replacements,
              testing::ElementsAre("layer strength=square", "layer watch=identity", "layer watch_again=identity"));
  EXPECT_THAT(by_class->replacements, testing::ElementsAre("layer Monitor=identity", "layer strength=square"));
  auto const codes = test::scripted_codes(24, 0);
  EXPECT_EQ(test::reference_value(*by_name, codes, by_name->outputs[0]),
            test::reference_value(*by_class, codes, by_class->outputs[0]));
  EXPECT_NE(by_name->digest, by_class->digest);
}

TEST(DeclaredLayers, AreRefusedWithTheOptionThatDeclaresThem) {
  EXPECT_THAT(error_of("declared.h5", {"watch=identity"}),
              AllOf(HasSubstr("unknown layer 'watch_again' of class 'Monitor'"), HasSubstr("--layer watch_again=OP"),
                    HasSubstr("identity")));
  EXPECT_THAT(error_of("declared.h5", {"Monitor=nothing", "strength=square"}),
              AllOf(HasSubstr("layer 'watch'"), HasSubstr("unknown replacement 'nothing'")));
}

TEST(DeclaredLayers, MayNotLeaveWeightsOut) {
  std::string const own = test::layer("OwnConvolution", "c", "x");
  std::string const whole = test::graph({own}, "c");
  test::TemporaryFolder folder;
  test::write_file(folder.file("graph.json"), whole);
  EXPECT_THAT(test::error_of(ErrorCode::input,
                             [&] {
                               read_network(folder.file("graph.json"), data("keras/keras_conv.h5"),
                                            parse_replacements({}, {"c=identity"}));
                             }),
              AllOf(HasSubstr("layer 'c' of class 'OwnConvolution'"), HasSubstr("2 weights"), HasSubstr("ONNX")));
}

class ForeignFilesTest : public testing::Test {
 protected:
  std::string error(std::string const& name, std::string const& bytes) {
    test::write_file(folder_.file(name), bytes);
    return test::error_of(ErrorCode::input, [&] { read_network(folder_.file(name)); });
  }
  test::TemporaryFolder folder_;
};

TEST_F(ForeignFilesTest, SayWhatToDoWithThem) {
  using namespace std::string_literals;
  EXPECT_THAT(
      error("old.pth", "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19."s),
      AllOf(HasSubstr("old.pth is a Python pickle"), HasSubstr("never run"), HasSubstr("scripts/export_onnx.py")));
  EXPECT_THAT(error("module.pt", "something else"), HasSubstr("scripts/export_onnx.py"));
  EXPECT_THAT(error("weights.safetensors", "\x10\0\0\0\0\0\0\0{}"s), HasSubstr("weights without a graph"));
  EXPECT_THAT(error("small.tflite", "\x1c\0\0\0TFL3"s), AllOf(HasSubstr("TensorFlow Lite"), HasSubstr("tf2onnx")));
  EXPECT_THAT(error("frozen.pb", "\n\x0fnode"), AllOf(HasSubstr("graph of TensorFlow"), HasSubstr("model.keras")));
  EXPECT_THAT(error("model.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
              HasSubstr("git lfs pull"));
  EXPECT_THAT(error("model.h5", "\x1f\x8b\x08"), HasSubstr("gunzip"));
  EXPECT_THAT(error("model.h5", ""), HasSubstr("is empty"));
}

TEST_F(ForeignFilesTest, FoldersAreNoNetworks) {
  std::filesystem::create_directory(folder_.file("saved"));
  auto const read_folder = [&] {
    return test::error_of(ErrorCode::input, [&] { read_network(folder_.file("saved")); });
  };
  EXPECT_THAT(read_folder(), HasSubstr("is a folder"));
  test::write_file(folder_.file("saved") + "/saved_model.pb", "\x08\x01\x12");
  EXPECT_THAT(read_folder(), AllOf(HasSubstr("SavedModel"), HasSubstr("model.save('model.h5')"), HasSubstr("tf2onnx")));
}

TEST_F(ForeignFilesTest, ArchivesOfPyTorchAreToldFromKerass) {
  // A zip archive of one stored, empty member, as torch.save writes its first one.
  using namespace std::string_literals;
  std::string const name = "net/data.pkl";
  std::string const sizes = "\0\0\0\0\0\0\0\0\0\0\0\0"s,
                    length = std::string(1, static_cast<char>(name.size())) + "\0"s;
  std::string const times = "\x0a\0\0\0\0\0\0\0\x21\0"s;
  std::string const local = "PK\x03\x04"s + times + sizes + length + "\0\0"s + name;
  std::string const central = "PK\x01\x02\x14\0"s + times + sizes + length + std::string(16, '\0') + name;
  auto const byte = [](std::size_t size) { return std::string(1, static_cast<char>(size)) + "\0\0\0"s; };
  std::string const end = "PK\x05\x06\0\0\0\0\x01\0\x01\0"s + byte(central.size()) + byte(local.size()) + "\0\0"s;
  EXPECT_THAT(error("net.pt", local + central + end),
              AllOf(HasSubstr("net.pt is an archive of PyTorch"), HasSubstr("scripts/export_onnx.py")));
}

}  // namespace
}  // namespace shoal
