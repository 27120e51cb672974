// SPDX-License-Identifier: MIT
// Every operator, and blocks of published networks, against onnxruntime (tests/data/operators_onnxruntime.py).
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

#include "model/scorer.hpp"
#include "model/shapes.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/packed_codes.hpp"

namespace shoal::model {
namespace {

// "key=value" words of a layer's line.
class Options {
 public:
  explicit Options(std::istream& words) {
    for (std::string word; words >> word;) {
      std::size_t const equals = word.find('=');
      values_[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }
  std::string const& text(std::string const& key) const { return values_.at(key); }
  std::int64_t integer(std::string const& key) const { return std::stoll(text(key)); }
  float real(std::string const& key) const { return std::stof(text(key)); }
  Axis axis() const { return text("axis") == "positions" ? Axis::positions : Axis::channels; }
  std::vector<int> inputs() const {
    std::istringstream list(text("inputs"));
    std::vector<int> indices;
    for (std::string index; std::getline(list, index, ',');) indices.push_back(std::stoi(index));
    return indices;
  }

 private:
  std::map<std::string, std::string> values_;
};

using Weights = std::map<std::string, std::vector<float>>;

Activation activation_named(std::string const& name) {
  static std::map<std::string, Activation> const known = {{"relu", Activation::relu},
                                                          {"exponential", Activation::exponential},
                                                          {"sigmoid", Activation::sigmoid},
                                                          {"softplus", Activation::softplus},
                                                          {"tanh", Activation::tanh},
                                                          {"elu", Activation::elu},
                                                          {"leaky_relu", Activation::leaky_relu},
                                                          {"capped_relu", Activation::capped_relu},
                                                          {"gelu_erf", Activation::gelu_erf},
                                                          {"gelu_tanh", Activation::gelu_tanh},
                                                          {"gelu_sigmoid", Activation::gelu_sigmoid},
                                                          {"silu", Activation::silu},
                                                          {"hard_sigmoid", Activation::hard_sigmoid},
                                                          {"softsign", Activation::softsign},
                                                          {"erf", Activation::erf},
                                                          {"log", Activation::log},
                                                          {"square_root", Activation::square_root},
                                                          {"square", Activation::square},
                                                          {"reciprocal", Activation::reciprocal},
                                                          {"absolute", Activation::absolute}};
  return known.at(name);
}

Reduction reduction_named(std::string const& name) {
  static std::map<std::string, Reduction> const known = {{"mean", Reduction::mean},
                                                         {"sum", Reduction::sum},
                                                         {"max", Reduction::max},
                                                         {"log_sum_exp", Reduction::log_sum_exp}};
  return known.at(name);
}

template <class Convolution>
Layer convolution(Options const& options, Weights& weights) {
  Convolution layer;
  layer.filters = options.integer("filters");
  layer.width = options.integer("width");
  layer.stride = options.integer("stride");
  layer.dilation = options.integer("dilation");
  layer.groups = options.integer("groups");
  layer.padding = Padding::counted;
  layer.pad_left = options.integer("left");
  layer.pad_right = options.integer("right");
  layer.kernel = weights["kernel"];
  layer.bias = weights["bias"];
  return layer;
}

Layer pool(Options const& options) {
  return Pool{.kind = options.text("kind") == "MaxPool" ? PoolKind::max : PoolKind::average,
              .width = options.integer("width"),
              .stride = options.integer("stride"),
              .padding = Padding::counted,
              .pad_left = options.integer("left"),
              .pad_right = options.integer("right"),
              .round_up = options.integer("round_up") != 0,
              .count_padding = options.integer("count_padding") != 0};
}

Layer layer_of(std::string const& kind, Options const& options, Weights& weights) {
  if (kind == "conv") return convolution<Conv1D>(options, weights);
  if (kind == "transposed") return convolution<ConvTranspose1D>(options, weights);
  if (kind == "dense") return Dense{options.integer("units"), weights["kernel"], weights["bias"]};
  if (kind == "norm") return BatchNorm{weights["scale"], weights["shift"]};
  if (kind == "layer_norm") return LayerNorm{weights["scale"], weights["shift"], options.real("epsilon")};
  if (kind == "activate") return Activate{activation_named(options.text("kind")), options.real("alpha")};
  if (kind == "softmax") return Softmax{options.axis()};
  if (kind == "pool") return pool(options);
  if (kind == "global") return GlobalPool{PoolKind::average};
  if (kind == "reduce") return Reduce{reduction_named(options.text("kind")), options.axis()};
  if (kind == "add") return Add{};
  if (kind == "multiply") return Multiply{};
  if (kind == "concatenate") return Concatenate{options.axis()};
  if (kind == "slice") {
    return Slice{options.axis(), options.integer("start"), options.integer("count"), options.integer("step")};
  }
  if (kind == "pad") return Pad{options.integer("left"), options.integer("right"), options.real("value")};
  if (kind == "transpose") return Transpose{};
  if (kind == "reshape") return Reshape{{options.integer("positions"), options.integer("channels")}};
  throw std::invalid_argument("unknown layer " + kind);
}

struct Case {
  std::shared_ptr<Network> network = std::make_shared<Network>();
  std::vector<test::Codes> sequences;
  std::vector<std::vector<float>> expected;
  Shape shape;  // of the expected values

  explicit Case(std::string const& name, std::int64_t length) {
    network->source = name;
    network->nodes.push_back({"input", "Input", InputLayer{}, {}, {length, 4}});
  }
  void add(std::string const& kind, Options const& options, Weights& weights) {
    std::vector<Shape> shapes;
    for (int const input : options.inputs()) shapes.push_back(network->nodes[static_cast<std::size_t>(input)].shape);
    Layer layer = layer_of(kind, options, weights);
    Shape const made = infer_shape(layer, shapes);
    network->nodes.push_back({kind, kind, std::move(layer), options.inputs(), made});
    network->outputs = {static_cast<int>(network->nodes.size()) - 1};
  }
};

// A layer is complete once the line after its weights comes.
class CaseReader {
 public:
  std::vector<Case> read(std::string const& file) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) take(line);
    return std::move(cases_);
  }

 private:
  void take(std::string const& line) {
    std::istringstream words(line);
    std::string kind, name;
    words >> kind;
    if (kind != "weights") finish_layer();
    if (kind == "weights") {
      words >> name;
      weights_[name] = numbers(words);
    } else if (kind == "layer") {
      layer_ = line.substr(6);
    } else if (kind == "case") {
      std::int64_t length = 0;
      words >> name >> length;
      cases_.emplace_back(name, length);
    } else if (kind == "codes") {
      words >> name;
      cases_.back().sequences.emplace_back();
      for (char const digit : name) cases_.back().sequences.back().push_back(static_cast<std::uint8_t>(digit - '0'));
    } else if (kind == "expected") {
      words >> cases_.back().shape.positions >> cases_.back().shape.channels;
      cases_.back().expected.push_back(numbers(words));
    }
  }

  void finish_layer() {
    if (layer_.empty()) return;
    std::istringstream words(layer_);
    std::string kind;
    words >> kind;
    cases_.back().add(kind, Options(words), weights_);
    layer_.clear();
    weights_.clear();
  }

  static std::vector<float> numbers(std::istream& words) {
    std::vector<float> values;
    for (float value = 0.0F; words >> value;) values.push_back(value);
    return values;
  }

  std::vector<Case> cases_;
  std::string layer_;
  Weights weights_;
};

class OperatorsTest : public test::OnBackend {
 protected:
  std::vector<float> score(Case const& each, std::vector<test::Codes> const& sequences, std::int64_t batch = 0) const {
    int const output = each.network->outputs.front();
    std::vector<Task> tasks;
    for (std::int64_t i = 0; i < each.shape.size(); ++i) tasks.push_back({"value", output, i});
    test::PackedCodes const packed(backend(), sequences);
    Scorer scorer(backend(), each.network, tasks, batch);
    device::Buffer<float> scores(backend(), sequences.size() * tasks.size());
    scorer.score(packed.view(), scores);
    return scores.to_host();
  }
};

TEST_P(OperatorsTest, AgreeWithOnnxruntime) {
  auto const cases = CaseReader().read(test::data("operators_onnxruntime.txt"));
  EXPECT_EQ(cases.size(), 90U);
  for (Case const& each : cases) {
    SCOPED_TRACE(each.network->source);
    ASSERT_EQ(each.network->nodes.back().shape, each.shape);
    std::vector<float> const values = score(each, each.sequences);
    double largest = 0.0, worst = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto const expected = static_cast<double>(each.expected.front()[i]);
      largest = std::max(largest, std::abs(expected));
      worst = std::max(worst, std::abs(static_cast<double>(values[i]) - expected));
    }
    EXPECT_LE(worst, 1e-5 * largest);
  }
}

TEST_P(OperatorsTest, AThousandSequencesHaveTheBitsOfOne) {
  for (Case const& each : CaseReader().read(test::data("operators_onnxruntime.txt"))) {
    SCOPED_TRACE(each.network->source);
    auto const length = static_cast<std::size_t>(each.network->input_length());
    auto const sequences = test::random_codes(1000, length, 3);
    auto const together = score(each, sequences);
    auto const size = static_cast<std::size_t>(each.shape.size());
    for (std::size_t s = 0; s < 1000; s += 333) {
      auto const first = together.begin() + static_cast<std::ptrdiff_t>(s * size);
      EXPECT_EQ(score(each, {sequences[s]}, 1), std::vector<float>(first, first + static_cast<std::ptrdiff_t>(size)));
    }
  }
}

SHOAL_ON_EVERY_BACKEND(OperatorsTest);

}  // namespace
}  // namespace shoal::model
