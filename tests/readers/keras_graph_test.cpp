// SPDX-License-Identifier: MIT
// Graphs written by hand: spellings of Keras 1 and 2 that are read, and everything that is refused, by name.
#include <gtest/gtest.h>

#include "network/shapes.hpp"
#include "support/keras_support.hpp"

namespace shoal {
namespace {

using namespace network;
using namespace readers;
using test::conv_layer;
using test::error_of_graph;
using test::graph;
using test::layer;
using test::node;
using test::read_graph;
using testing::AllOf;
using testing::HasSubstr;

Shape shape_of(std::string const& options) {
  return node(*read_graph(graph({conv_layer(options)}, "c")), "c").shape;
}

TEST(KerasGraph, ReadsSpellingsOfConvolution) {
  EXPECT_EQ(shape_of(R"("padding": "same", "strides": [3])"), (Shape{7, 3}));
  EXPECT_EQ(shape_of(R"("border_mode": "same", "subsample_length": 2)"), (Shape{10, 3}));
  EXPECT_EQ(shape_of(R"("padding": "valid", "dilation_rate": [2])"), (Shape{12, 3}));
  EXPECT_EQ(shape_of(R"("dilation_rate": {"class_name": "__tuple__", "items": [2]})"), (Shape{12, 3}));
  auto const exponential = read_graph(graph({conv_layer(R"("activation": "exp")")}, "c"));
  EXPECT_EQ(std::get<Activate>(node(*exponential, "c/exp").layer).activation, Activation::exponential);
  auto const function = read_graph(
      graph({conv_layer(R"("activation": {"class_name": "function", "config": "relu", "module": "builtins"})")}, "c"));
  EXPECT_EQ(std::get<Activate>(node(*function, "c/relu").layer).activation, Activation::relu);
}

TEST(KerasGraph, ReadsSpellingsOfInboundNodes) {
  std::string const usual = layer("Flatten", "f", "c");
  auto const with = [&](std::string const& nodes) {
    std::string text = usual;
    return text.replace(text.find("[[["), text.rfind(']') - text.find("[[[") + 1, nodes);
  };
  for (
      std::string const nodes :
      {R"([[["c", 0, 0]]])", R"([["c", 0, 0, {}]])", R"([[["c", 0, 0, {}]]])",
       R"([{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["c", 0, 0]}}], "kwargs": {}}])"}) {
    auto const network = read_graph(graph({conv_layer(), with(nodes)}, "f"));
    EXPECT_EQ(node(*network, "f").shape, (Shape{1, 48})) << nodes;
  }
}

TEST(KerasGraph, ReadsSpellingsOfOutputs) {
  std::string const usual = graph({conv_layer()}, "c");
  for (std::string const outputs : {R"(["c", 0, 0])", R"({"first": ["c", 0, 0]})", R"([[["c", 0, 0]]])"}) {
    std::string text = usual;
    std::string const old = R"([["c", 0, 0]])";
    auto const network = read_graph(text.replace(text.rfind(old), old.size(), outputs));
    ASSERT_EQ(network->outputs.size(), 1u) << outputs;
    EXPECT_EQ(network->outputs[0], 1) << outputs;
  }
}

TEST(KerasGraph, PutsLayersInOrder) {
  auto const network =
      read_graph(graph({layer("Flatten", "f", "a"), layer("Activation", "a", "c"), conv_layer()}, "f"));
  EXPECT_EQ(network->find("c"), 1);
  EXPECT_EQ(network->find("a"), 2);
  EXPECT_EQ(network->find("f"), 3);
}

TEST(KerasGraph, KeepsTheDimensionThatGlobalPoolingMayDrop) {
  auto const kept = layer("GlobalMaxPooling1D", "g", "c", R"("keepdims": true)");
  auto const dropped = layer("GlobalMaxPooling1D", "g", "c");
  auto const next = layer("MaxPooling1D", "p", "g", R"("pool_length": 1)");
  EXPECT_EQ(node(*read_graph(graph({conv_layer(), kept, next}, "p")), "p").shape, (Shape{1, 3}));
  EXPECT_THAT(error_of_graph(graph({conv_layer(), dropped, next}, "p")), HasSubstr("no positions left"));
}

TEST(KerasGraph, SequentialFindsItsInputShape) {
  std::string const conv = R"({"class_name": "Conv1D", "config": {"name": "c", "filters": 3, "kernel_size": [5])";
  auto const sequential = [](std::string const& config) {
    return R"({"class_name": "Sequential", "config": )" + config + "}";
  };
  auto const in_layer = read_graph(sequential("[" + conv + R"(, "batch_input_shape": [null, 20, 4]}}])"));
  auto const in_model =
      read_graph(sequential(R"({"name": "s", "build_input_shape": [null, 20, 4], "layers": [)" + conv + "}}]}"));
  EXPECT_EQ(in_layer->nodes.back().shape, (Shape{16, 3}));
  EXPECT_EQ(in_model->nodes.back().shape, (Shape{16, 3}));
  EXPECT_THAT(error_of_graph(sequential("[" + conv + "}}]")), HasSubstr("input shape is missing"));
}

TEST(KerasGraph, RefusesUnknownLayersByNameClassAndFile) {
  EXPECT_THAT(error_of_graph(graph({conv_layer(), layer("GroupedAttention", "attention_1", "c")}, "attention_1")),
              AllOf(HasSubstr("unknown layer 'attention_1' of class 'GroupedAttention' in "), HasSubstr("graph.json")));
  for (std::string const type : {"ConvLSTM1D", "Embedding"}) {
    EXPECT_THAT(error_of_graph(graph({conv_layer(), layer(type, "n", "c")}, "n")),
                HasSubstr("unknown layer 'n' of class '" + type + "'"));
  }
  std::string merge = layer("Add", "sum", "c");
  merge.replace(merge.find("[[["), std::string::npos, R"([[["c", 0, 0, {}], ["x", 0, 0, {}]]]})");
  EXPECT_THAT(error_of_graph(graph({conv_layer(), merge}, "sum")),
              AllOf(HasSubstr("'sum'"), HasSubstr("'Add'"), HasSubstr("do not fit together")));
  merge.replace(merge.find("\"Add\""), 5, "\"Dot\"");
  EXPECT_THAT(error_of_graph(graph({conv_layer(), merge}, "sum")),
              AllOf(HasSubstr("'sum'"), HasSubstr("'Dot'"), HasSubstr("the axes that it sums over differ in length")));
  merge.replace(merge.find("\"Dot\""), 5, "\"ReLU\"");
  EXPECT_THAT(error_of_graph(graph({conv_layer(), merge}, "sum")),
              AllOf(HasSubstr("'sum'"), HasSubstr("'ReLU'"), HasSubstr("joins 2 layers (c, x)")));
  EXPECT_THAT(error_of_graph(graph({conv_layer(), layer("Lambda", "python", "c")}, "python")),
              AllOf(HasSubstr("'python'"), HasSubstr("byte code, which is never run"), HasSubstr("--layer python=OP"),
                    HasSubstr("log-sum-exp-channels")));
}

TEST(KerasGraph, RefusesOptionsByName) {
  auto const after = [](std::string const& type, std::string const& options) {
    return error_of_graph(graph({conv_layer(), layer(type, "n", "c", options)}, "n"));
  };
  auto const conv = [](std::string const& options) { return error_of_graph(graph({conv_layer(options)}, "c")); };
  EXPECT_THAT(conv(R"("padding": "full")"), HasSubstr("padding 'full'"));
  EXPECT_THAT(conv(R"("data_format": "channels_first")"), HasSubstr("data_format"));
  EXPECT_THAT(conv(R"("groups": 2)"), HasSubstr("[5, 2, 3] is expected"));
  EXPECT_THAT(conv(R"("strides": [0])"), HasSubstr("'strides'"));
  EXPECT_THAT(conv(R"("strides": [1, 2])"), HasSubstr("'strides'"));
  EXPECT_THAT(conv(R"("strides": "two")"), HasSubstr("'strides'"));
  EXPECT_THAT(conv(R"("activation": "swoosh")"), HasSubstr("unknown activation 'swoosh'"));
  EXPECT_THAT(after("ReLU", R"("max_value": 6.0, "negative_slope": 0.1)"), HasSubstr("negative_slope"));
  EXPECT_THAT(after("Softmax", R"("axis": 3)"), HasSubstr("axis 3"));
  EXPECT_THAT(after("Cropping1D", R"("cropping": [8, 8])"), HasSubstr("crops everything"));
  EXPECT_THAT(after("Reshape", R"("target_shape": [7, -1])"), HasSubstr("target shape"));
  EXPECT_THAT(after("ReLU", R"("threshold": 1)"), HasSubstr("threshold"));
  EXPECT_EQ(after("ReLU", R"("max_value": null, "negative_slope": 0.0, "threshold": 0)"), "no error");
  EXPECT_THAT(after("Activation", R"("activation": "swoosh")"), HasSubstr("'swoosh'"));
  EXPECT_THAT(after("BatchNormalization", R"("axis": [1])"), HasSubstr("another axis"));
  EXPECT_THAT(after("MaxPooling1D", R"("pool_size": 17)"), HasSubstr("16 positions, fewer than its window of 17"));
}

TEST(KerasGraph, ChecksTheInput) {
  auto const input = [](std::string const& shape) { return error_of_graph(graph({conv_layer()}, "c", shape)); };
  EXPECT_THAT(input("[null, null, 4]"), AllOf(HasSubstr("input 'x' is open"), HasSubstr("--length")));
  EXPECT_THAT(input("[null, 5, 20]"), HasSubstr("(5, 20)"));
  EXPECT_THAT(input("[null, 20]"), HasSubstr("(length, 4)"));
  EXPECT_THAT(input("[null, 0, 4]"), HasSubstr("input 'x' is 0"));
}

TEST(KerasGraph, ChecksItsStructure) {
  EXPECT_THAT(error_of_graph(graph({conv_layer(), conv_layer()}, "c")), HasSubstr("two layers have this name"));
  EXPECT_THAT(error_of_graph(graph({conv_layer()}, "d")), HasSubstr("output 'd' is no layer"));
  EXPECT_THAT(error_of_graph(graph({conv_layer(), layer("Flatten", "f", "e")}, "f")), HasSubstr("reads 'e'"));
  EXPECT_THAT(error_of_graph(graph({conv_layer(), layer("Flatten", "f", "g"), layer("Flatten", "g", "f")}, "f")),
              HasSubstr("in turn"));
}

TEST(KerasGraph, ALayerUsedTwiceIsTwoNodes) {
  std::string twice = conv_layer(R"("padding": "same", "activation": "relu")");
  twice.replace(twice.find("[[["), std::string::npos, R"([[["x", 0, 0, {}]], [["r", 0, 0, {}]]]})");
  std::string sum = layer("Add", "sum", "c");
  sum.replace(sum.find("[[["), std::string::npos, R"([[["c", 0, 0, {}], ["c", 1, 0, {}]]]})");
  std::string const turned = layer("Activation", "r", "x", R"("activation": "tanh")");
  auto const network = read_graph(graph({twice, turned, sum}, "sum"));
  auto const& first = std::get<Conv1D>(node(*network, "c").layer);
  auto const& second = std::get<Conv1D>(node(*network, "c@2").layer);
  EXPECT_EQ(first.kernel, second.kernel);
  EXPECT_FALSE(first.kernel.empty());
  EXPECT_EQ(node(*network, "c@2").inputs, std::vector<int>{network->find("r")});
  EXPECT_EQ(node(*network, "sum").inputs, (std::vector<int>{network->find("c/relu"), network->find("c@2/relu")}));
}

TEST(KerasGraph, ChecksWeightsAgainstTheGraph) {
  std::string const wide = layer("Conv1D", "c", "x", R"("filters": 3, "kernel_size": [7])");
  EXPECT_THAT(error_of_graph(graph({wide}, "c")),
              AllOf(HasSubstr("'c'"), HasSubstr("keras_conv.h5"), HasSubstr("[5, 4, 3]"), HasSubstr("[7, 4, 3]")));
  EXPECT_THAT(error_of_graph(graph({conv_layer(R"("use_bias": false)")}, "c")),
              HasSubstr("holds 2 weights of it, and 1 are expected"));
  EXPECT_THAT(error_of_graph(graph({conv_layer(), layer("Dense", "d", "c", R"("units": 2)")}, "d")),
              AllOf(HasSubstr("'d'"), HasSubstr("holds 0 weights of it, and 2 are expected")));
  EXPECT_THAT(error_of_graph(graph({layer("Flatten", "f", "x")}, "f")), HasSubstr("layer 'c' that the graph lacks"));
}

TEST(KerasGraph, ReportsBrokenJson) {
  EXPECT_THAT(error_of_graph(R"({"class_name": "Model", )"), HasSubstr("not valid JSON at byte "));
  EXPECT_THAT(error_of_graph("{}"), HasSubstr("not a Keras model"));
  EXPECT_THAT(error_of_graph(R"({"class_name": "Model", "config": 3})"), HasSubstr("no layers"));
  EXPECT_THAT(error_of_graph(R"({"class_name": "Model", "config": {"layers": [7]}})"), HasSubstr("class_name"));
  EXPECT_THAT(error_of_graph("{\"a\": " + std::string(100'000, '[')), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of_graph("GATTACA"), HasSubstr("neither HDF5 nor ONNX nor a Keras graph"));
}

TEST(KerasGraph, RefusesModelsThatMultiply) {
  std::string outputs = R"("output_layers": [["m", 0, 0])";
  for (int use = 1; use < 10; ++use) outputs += R"(, ["m", )" + std::to_string(use) + ", 0]";
  // All ten uses of a model inside are outputs.
  auto const around = [&](std::string const& inner) {
    std::string model = graph({inner}, "m");
    return model.replace(model.rfind(R"("output_layers")"), std::string::npos, outputs + "]}}");
  };
  std::string inner = layer("Flatten", "f", "x");
  for (int depth = 0; depth < 12; ++depth) {
    std::string model = depth == 0 ? graph({inner}, "f") : around(inner);
    model.insert(1, R"("name": "m", )");
    std::string uses;
    for (int use = 0; use < 10; ++use) uses += std::string(use == 0 ? "" : ", ") + R"([["x", 0, 0, {}]])";
    model.insert(model.size() - 1, R"(, "inbound_nodes": [)" + uses + "]");
    inner = model;
  }
  EXPECT_THAT(error_of_graph(around(inner)), HasSubstr("too many layers"));
}

// As Keras 3.2 writes two uses of a model inside: both are called the first.
TEST(KerasGraph, RefusesUsesThatTheFileDoesNotTellApart) {
  std::string const twice = layer("Dense", "d", "x", R"("units": 4)");
  auto const second =
      twice.substr(0, twice.rfind(']')) + R"(, [["x", 0, 0, {}]]])" + twice.substr(twice.rfind(']') + 1);
  EXPECT_THAT(error_of_graph(graph({second}, "d")), HasSubstr("does not tell the uses apart"));
}

TEST(KerasGraph, SurvivesAnyCut) {
  std::string const whole = graph({conv_layer(), layer("Flatten", "f", "c")}, "f");
  for (std::size_t size = 1; size < whole.size(); size += 7) {
    EXPECT_NE(error_of_graph(whole.substr(0, size)), "no error") << size;
  }
}

TEST(Shapes, SlideFollowsKeras) {
  // By hand: (length, width, stride, dilation) → positions, left padding.
  auto const same = [](auto... numbers) { return slide(numbers..., Padding::same); };
  EXPECT_EQ(same(10, 3, 1, 1).pad_left, 1);
  EXPECT_EQ(same(10, 4, 1, 1).pad_left, 1);   // three in all, the right side gets two
  EXPECT_EQ(same(10, 3, 1, 4).pad_left, 4);   // extent 9
  EXPECT_EQ(same(10, 3, 2, 1).positions, 5);  // (5 - 1) * 2 + 3 - 10 = 1 in all
  EXPECT_EQ(same(10, 3, 2, 1).pad_left, 0);
  EXPECT_EQ(same(10, 2, 5, 1).pad_left, 0);  // never negative
  EXPECT_EQ(slide(10, 3, 2, 1, Padding::valid).positions, 4);
  EXPECT_EQ(slide(10, 3, 1, 5, Padding::valid).positions, 0);
  EXPECT_EQ(slide(11, 3, 1, 5, Padding::valid).positions, 1);
}

}  // namespace
}  // namespace shoal
