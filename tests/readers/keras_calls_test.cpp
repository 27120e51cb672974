// SPDX-License-Identifier: MIT
// Operators of Keras's graphs, arguments of calls and masks, as Keras 3 and Keras 2 write them, give what Keras gives
// (tests/data/keras/keras_calls.py); what is not understood is refused by name.
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "readers/read_network.hpp"
#include "support/keras_support.hpp"
#include "support/onnx_support.hpp"
#include "support/reference_network.hpp"

namespace shoal {
namespace {

using test::data;
using test::error_of_graph;
using testing::AllOf;
using testing::HasSubstr;

struct Call {
  std::string name, weights, output;
  network::Shape shape;
  std::vector<double> values;
  std::string graph;
};

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::vector<Call> read_calls(std::string const& version) {
  std::ifstream file(data("keras/calls_" + version + ".tsv"));
  std::string line, frame;
  std::getline(file, line);
  std::vector<Call> calls;
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    for (std::string_view const field : split(line, '\t')) fields.emplace_back(field);
    if (fields.at(0) == "frame") {
      frame = fields.at(6);
      continue;
    }
    Call call{fields.at(0), fields.at(1), fields.at(2), {std::stoll(fields.at(3)), std::stoll(fields.at(4))}, {}, ""};
    if (!fields.at(5).empty()) {
      for (std::string_view const value : split(fields.at(5), ' ')) {
        call.values.push_back(std::stod(std::string(value)));
      }
    }
    call.graph = replaced(replaced(frame, "LAYERS", fields.at(6)), "OUTPUT", call.output);
    calls.push_back(std::move(call));
  }
  return calls;
}

std::shared_ptr<network::Network const> read_call(Call const& call) {
  test::TemporaryFolder folder;
  test::write_file(folder.file("graph.json"), call.graph);
  return readers::read_network(folder.file("graph.json"), data("keras/calls_" + call.weights + ".h5"));
}

class KerasCallsTest : public testing::TestWithParam<char const*> {};

TEST_P(KerasCallsTest, AgreeWithKeras) {
  int compared = 0;
  for (Call const& call : read_calls(GetParam())) {
    if (call.name.starts_with("refused")) continue;
    SCOPED_TRACE(call.name);
    std::shared_ptr<network::Network const> network;
    std::string const error = test::error_of(ErrorCode::input, [&] { network = read_call(call); });
    EXPECT_EQ(error, "no error");
    if (!network) continue;
    int const node = network->outputs.at(0);
    EXPECT_EQ(network->nodes[static_cast<std::size_t>(node)].shape, call.shape);
    auto const found = test::reference_value(*network, test::scripted_codes(network->input_length(), 0), node);
    ASSERT_EQ(found.size(), call.values.size());
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(call.values[i]));
      worst = std::max(worst, std::abs(found[i] - call.values[i]));
    }
    EXPECT_LE(worst, 1e-5 * largest);
    ++compared;
  }
  EXPECT_GE(compared, 70);
}

TEST_P(KerasCallsTest, RefusedByName) {
  std::map<std::string, std::vector<std::string>> const expected = {
      {"refused_noise", {"layer 'drop' of class 'Dropout'", "training=True", "at random"}},
      {"refused_batch",
       {"layer 'norm' of class 'BatchNormalization'", "training=True", "mean and variance of the batch"}},
      {"refused_lambda", {"layer 'act' of class 'Activation'", "'activation'", "lambda", "export it to ONNX"}},
      {"refused_own_class", {"layer 'own' of class 'Softmax'", "the user's own", "registered as"}},
      {"refused_lstm", {"layer 'lstm' of class 'LSTM'", "called with mask = ", "not supported"}},
      {"refused_mask", {"layer 'attend'", "leaves position 4 nothing to attend to"}},
      {"refused_all_axes", {"the batch's too"}},
      {"refused_operator", {"layer 'sort' of class 'Sort'", "operator 'Sort' is not supported"}},
      {"refused_function", {"class 'TFOpLambda'", "function 'sort' is not supported"}},
      {"refused_batch_axis", {"layer 'transpose' of class 'Transpose'", "the batch's too"}}};
  int refused = 0;
  for (Call const& call : read_calls(GetParam())) {
    if (!call.name.starts_with("refused")) continue;
    SCOPED_TRACE(call.name);
    std::string const error = test::error_of(ErrorCode::input, [&] { read_call(call); });
    for (std::string const& part : expected.at(call.name)) EXPECT_THAT(error, HasSubstr(part));
    ++refused;
  }
  EXPECT_GE(refused, 8);
}

INSTANTIATE_TEST_SUITE_P(Versions, KerasCallsTest, testing::Values("keras2", "keras3"),
                         [](auto const& each) { return std::string(each.param); });

// A layer `n` after the convolution with these options, and these further arguments of its call.
std::string error_after(std::string const& type, std::string const& options, std::string const& arguments = "") {
  std::string text = test::layer(type, "n", "c", options);
  std::size_t const place = text.rfind("{}");
  return error_of_graph(test::graph({test::conv_layer(), text.replace(place, 2, "{" + arguments + "}")}, "n"));
}

TEST(KerasLeftovers, RefusesOptionsAndArgumentsThatNobodyAskedFor) {
  EXPECT_THAT(error_after("ReLU", R"("steepness": 3)"),
              AllOf(HasSubstr("layer 'n' of class 'ReLU' in "), HasSubstr("its option 'steepness' is 3")));
  EXPECT_THAT(error_after("Softmax", R"("axis": -1, "autocast": true)"), HasSubstr("its option 'autocast' is true"));
  EXPECT_THAT(error_after("Flatten", "", R"("mask": [true, false])"),
              HasSubstr("it is called with mask = [true, false], which is not supported"));
  EXPECT_THAT(error_after("Flatten", "", R"("order": ["x", 0, 0])"), HasSubstr("called with order = a layer's output"));
  EXPECT_THAT(error_after("TimeDistributed", R"("layer": {"class_name": "ReLU", "config": {"name": "r", "slant": 2}})"),
              HasSubstr("its option 'slant' is 2"));
  std::string const further = R"({"class_name": "GRU", "config": {"name": "r", "units": 2, "leak": 0.1}})";
  EXPECT_THAT(error_after("Flatten", R"("cell": )" + further), HasSubstr("'cell' is an object of class 'GRU'"));
}

TEST(KerasLeftovers, KnowsWhatIsWithoutEffect) {
  EXPECT_EQ(
      error_after("Dropout", R"("rate": 0.5, "noise_shape": [1, 2], "seed": 3, "trainable": false, "further": null)",
                  R"("training": false)"),
      "no error");
  EXPECT_EQ(error_of_graph(test::graph({test::conv_layer(R"("kernel_initializer": {"class_name": "Zeros", "config": {}},
    "bias_regularizer": {"class_name": "L2", "config": {"l2": 0.1}}, "kernel_constraint": {"class_name": "MaxNorm"})")},
                                       "c")),
            "no error");
}

TEST(KerasLeftovers, RefusesClassesOfOthers) {
  auto const error = [](std::string const& origin) {
    std::string text = test::layer("ReLU", "n", "c");
    text.insert(1, origin + ", ");
    return error_of_graph(test::graph({test::conv_layer(), text}, "n"));
  };
  EXPECT_EQ(error(R"("module": "keras.layers", "registered_name": null)"), "no error");
  EXPECT_EQ(error(R"("module": "tf_keras.src.layers", "registered_name": "ReLU")"), "no error");
  EXPECT_THAT(error(R"("module": null, "registered_name": "ReLU")"), HasSubstr("its class is the user's own"));
  EXPECT_THAT(error(R"("module": "my.layers", "registered_name": "mine>ReLU")"),
              AllOf(HasSubstr("module 'my.layers'"), HasSubstr("registered as 'mine>ReLU'")));
  EXPECT_THAT(error(R"("registered_name": "mine>ReLU")"), HasSubstr("registered as 'mine>ReLU'"));
  EXPECT_THAT(error(R"("module": "kerasmine.layers")"), HasSubstr("module 'kerasmine.layers'"));
}

// Files of Keras 2 do not say where a class comes from; a class of the user's own writes only the options of every
// layer.
TEST(KerasLeftovers, RefusesClassesWithoutTheOptionsOfKeras) {
  for (char const* type :
       {"Softmax", "Activation", "Flatten", "Dropout", "ReLU", "GlobalMaxPooling1D", "Concatenate"}) {
    EXPECT_THAT(error_after(type, R"("trainable": true, "dtype": "float32")"),
                HasSubstr(std::string("of class '") + type + "'"));
    EXPECT_THAT(error_after(type, R"("trainable": true, "dtype": "float32")"), HasSubstr("the user's own"));
  }
  EXPECT_EQ(error_after("Softmax", R"("dtype": "float32", "axis": -1)"), "no error");
  EXPECT_EQ(error_after("Dropout", R"("dtype": "float32", "p": 0.5)"), "no error");
  EXPECT_EQ(error_after("ReLU", R"("dtype": "float32", "max_value": null)"), "no error");
  EXPECT_EQ(error_after("Flatten", R"("trainable": true)"), "no error");
}

TEST(KerasLeftovers, MasksThatAreAbsentMaskNothing) {
  EXPECT_EQ(error_after("Flatten", "", R"("mask": {"a": null, "b": [null, null]})"), "no error");
  EXPECT_THAT(error_after("Flatten", "", R"("mask": {"a": null, "b": [null, true]})"),
              HasSubstr("called with mask = "));
}

}  // namespace
}  // namespace shoal
