// SPDX-License-Identifier: MIT
// What a graph does not say, and weights whose number fits but whose shape does not.
#include <gmock/gmock.h>
#include <hdf5.h>

#include <cmath>

#include "hdf5/file.hpp"
#include "hdf5/row_dataset.hpp"
#include "hdf5/text.hpp"
#include "support/keras_support.hpp"

namespace shoal::readers {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;

struct Weight {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

// A weights file in the layout of Keras 1 with the weights of one layer.
void write_weights(std::string const& path, std::string const& layer_name, std::vector<Weight> const& weights) {
  auto const file = hdf5::create_file_alone(path);
  auto const texts = [](hid_t object, char const* name, std::vector<std::string> const& values) {
    hid_t const type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 32);
    hsize_t const count = values.size();
    hid_t const space = H5Screate_simple(1, &count, nullptr);
    hid_t const attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    std::vector<char> text(32 * values.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i].copy(&text[32 * i], 31);
    H5Awrite(attribute, type, text.data());
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
  };
  hid_t const root = H5Gopen2(file.get(), "/", H5P_DEFAULT);
  texts(root, "layer_names", {layer_name});
  H5Gclose(root);
  auto const group = hdf5::create_group(file.get(), "/" + layer_name);
  std::vector<std::string> names;
  for (Weight const& weight : weights) names.push_back(weight.name);
  texts(group.get(), "weight_names", names);
  for (Weight const& weight : weights) {
    auto const made =
        hdf5::RowDataset::create(file.get(), "/" + layer_name + "/" + weight.name, weight.shape.front(),
                                 {hdf5::ElementKind::float32, {weight.shape.begin() + 1, weight.shape.end()}});
    made.write(0, std::as_bytes(std::span(weight.values)));
  }
}

TEST(KerasDefaults, EpsilonOfBatchNormalization) {
  TemporaryFolder const folder;
  write_weights(folder.file("n.h5"), "n",
                {{"moving_mean:0", {4}, {1, 2, 3, 4}}, {"moving_variance:0", {4}, {0, 0.003, 0.008, 0.999}}});
  write_file(folder.file("n.json"),
             graph({layer("BatchNormalization", "n", "x", R"("scale": false, "center": false)")}, "n"));
  auto const network = read_network(folder.file("n.json"), folder.file("n.h5"));
  auto const& norm = std::get<network::BatchNorm>(node(*network, "n").layer);
  // 1 / sqrt(variance + 0.001) and -mean times that.
  std::vector<double> const expected = {1 / std::sqrt(0.001), 1 / std::sqrt(0.004), 1 / std::sqrt(0.009), 1.0};
  ASSERT_EQ(norm.scale.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(norm.scale[i], expected[i], 1e-5 * expected[i]);
    EXPECT_NEAR(norm.shift[i], -static_cast<double>(i + 1) * expected[i],
                1e-5 * static_cast<double>(i + 1) * expected[i]);
  }
}

TEST(KerasDefaults, EpsilonOfLayerNormalization) {
  auto const network = read_graph(
      graph({conv_layer(), layer("LayerNormalization", "n", "c", R"("scale": false, "center": false)")}, "n"));
  EXPECT_FLOAT_EQ(std::get<network::LayerNorm>(node(*network, "n").layer).epsilon, 1e-3F);
}

TEST(KerasDefaults, PoolsStepByTheirWidth) {
  auto const network = read_graph(graph({conv_layer(), layer("MaxPooling1D", "p", "c", R"("pool_size": [3])")}, "p"));
  EXPECT_EQ(std::get<network::Pool>(node(*network, "p").layer).stride, 3);
}

// A window of two over an axis of one element is padded by one behind it: the first tap meets the element.
TEST(KerasDefaults, AnEvenWindowOverOneElementBeginsThere) {
  TemporaryFolder const folder;
  write_weights(folder.file("n.h5"), "n", {{"kernel:0", {1, 2, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8}}});
  write_file(
      folder.file("n.json"),
      graph({layer("Conv2D", "n", "x", R"("filters": 1, "kernel_size": [1, 2], "padding": "same", "use_bias": false)")},
            "n", "[null, 20, 1, 4]"));
  auto const network = read_network(folder.file("n.json"), folder.file("n.h5"));
  EXPECT_THAT(std::get<network::Conv1D>(node(*network, "n").layer).kernel, testing::ElementsAre(1, 2, 3, 4));
}

// The kernel of keras_conv.h5 is [5, 4, 3]: 60 numbers, as many as [3, 4, 5] has.
TEST(KerasWeights, OfAnotherShapeAreRefusedWithBothShapes) {
  std::string const turned = layer("Conv1D", "c", "x", R"("filters": 5, "kernel_size": [3], "padding": "valid")");
  EXPECT_THAT(error_of_graph(graph({turned}, "c")),
              AllOf(HasSubstr("kernel"), HasSubstr("[5, 4, 3]"), HasSubstr("[3, 4, 5]")));
}

}  // namespace
}  // namespace shoal::readers
