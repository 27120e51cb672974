// SPDX-License-Identifier: MIT
// Every operator, and blocks of published networks, against onnxruntime
// (tests/data/inference/operators_onnxruntime.py).
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

#include "inference/scorer.hpp"
#include "network/shapes.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"
#include "support/emulated.hpp"
#include "support/packed_codes.hpp"

namespace shoal::inference {
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
  network::Axis axis() const {
    return text("axis") == "positions" ? network::Axis::positions : network::Axis::channels;
  }
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

network::Activation activation_named(std::string const& name) {
  static std::map<std::string, network::Activation> const known = {{"relu", network::Activation::relu},
                                                                   {"exponential", network::Activation::exponential},
                                                                   {"sigmoid", network::Activation::sigmoid},
                                                                   {"softplus", network::Activation::softplus},
                                                                   {"tanh", network::Activation::tanh},
                                                                   {"elu", network::Activation::elu},
                                                                   {"leaky_relu", network::Activation::leaky_relu},
                                                                   {"capped_relu", network::Activation::capped_relu},
                                                                   {"gelu_erf", network::Activation::gelu_erf},
                                                                   {"gelu_tanh", network::Activation::gelu_tanh},
                                                                   {"gelu_sigmoid", network::Activation::gelu_sigmoid},
                                                                   {"silu", network::Activation::silu},
                                                                   {"hard_sigmoid", network::Activation::hard_sigmoid},
                                                                   {"softsign", network::Activation::softsign},
                                                                   {"erf", network::Activation::erf},
                                                                   {"log", network::Activation::log},
                                                                   {"square_root", network::Activation::square_root},
                                                                   {"square", network::Activation::square},
                                                                   {"reciprocal", network::Activation::reciprocal},
                                                                   {"absolute", network::Activation::absolute}};
  return known.at(name);
}

network::Reduction reduction_named(std::string const& name) {
  static std::map<std::string, network::Reduction> const known = {{"mean", network::Reduction::mean},
                                                                  {"sum", network::Reduction::sum},
                                                                  {"max", network::Reduction::max},
                                                                  {"log_sum_exp", network::Reduction::log_sum_exp}};
  return known.at(name);
}

template <class Convolution>
network::Layer convolution(Options const& options, Weights& weights) {
  Convolution layer;
  layer.filters = options.integer("filters");
  layer.width = options.integer("width");
  layer.stride = options.integer("stride");
  layer.dilation = options.integer("dilation");
  layer.groups = options.integer("groups");
  layer.padding = network::Padding::counted;
  layer.pad_left = options.integer("left");
  layer.pad_right = options.integer("right");
  layer.kernel = weights["kernel"];
  layer.bias = weights["bias"];
  return layer;
}

network::Layer pool(Options const& options) {
  return network::Pool{.kind = options.text("kind") == "MaxPool" ? network::PoolKind::max : network::PoolKind::average,
                       .width = options.integer("width"),
                       .stride = options.integer("stride"),
                       .padding = network::Padding::counted,
                       .pad_left = options.integer("left"),
                       .pad_right = options.integer("right"),
                       .round_up = options.integer("round_up") != 0,
                       .count_padding = options.integer("count_padding") != 0};
}

network::Layer layer_of(std::string const& kind, Options const& options, Weights& weights) {
  if (kind == "conv") return convolution<network::Conv1D>(options, weights);
  if (kind == "transposed") return convolution<network::ConvTranspose1D>(options, weights);
  if (kind == "dense") return network::Dense{options.integer("units"), weights["kernel"], weights["bias"]};
  if (kind == "norm") return network::BatchNorm{weights["scale"], weights["shift"]};
  if (kind == "layer_norm") return network::LayerNorm{weights["scale"], weights["shift"], options.real("epsilon")};
  if (kind == "activate") return network::Activate{activation_named(options.text("kind")), options.real("alpha")};
  if (kind == "softmax") return network::Softmax{options.axis()};
  if (kind == "pool") return pool(options);
  if (kind == "global") return network::GlobalPool{network::PoolKind::average};
  if (kind == "reduce") return network::Reduce{reduction_named(options.text("kind")), options.axis()};
  if (kind == "add") return network::Add{};
  if (kind == "multiply") return network::Multiply{};
  if (kind == "concatenate") return network::Concatenate{options.axis()};
  if (kind == "slice") {
    return network::Slice{options.axis(), options.integer("start"), options.integer("count"), options.integer("step")};
  }
  if (kind == "pad") return network::Pad{options.integer("left"), options.integer("right"), options.real("value")};
  if (kind == "transpose") return network::Transpose{};
  if (kind == "reshape") return network::Reshape{{options.integer("positions"), options.integer("channels")}};
  throw std::invalid_argument("unknown layer " + kind);
}

struct Case {
  std::shared_ptr<network::Network> network = std::make_shared<network::Network>();
  std::vector<test::Codes> sequences;
  std::vector<std::vector<float>> expected;
  network::Shape shape;  // shape of the expected values

  explicit Case(std::string const& name, std::int64_t length) {
    network->source = name;
    network->nodes.push_back({"input", "Input", network::InputLayer{}, {}, {length, 4}});
  }
  void add(std::string const& kind, Options const& options, Weights& weights) {
    std::vector<network::Shape> shapes;
    for (int const input : options.inputs()) shapes.push_back(network->nodes[static_cast<std::size_t>(input)].shape);
    network::Layer layer = layer_of(kind, options, weights);
    network::Shape const made = network::infer_shape(layer, shapes);
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
    std::vector<network::Task> tasks;
    for (std::int64_t i = 0; i < each.shape.size(); ++i) tasks.push_back({"value", output, i});
    test::PackedCodes const packed(backend(), sequences);
    Scorer scorer(backend(), each.network, tasks, batch);
    device::Buffer<float> scores(backend(), sequences.size() * tasks.size());
    scorer.score(packed.view(), scores);
    return scores.to_host();
  }
};

TEST_P(OperatorsTest, AgreeWithOnnxruntime) {
  auto const cases = CaseReader().read(test::data("inference/operators_onnxruntime.txt"));
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
  // Still more than a block of threads has.
  std::size_t const count = test::is_emulated(backend()) ? 270 : 1000;
  for (Case const& each : CaseReader().read(test::data("inference/operators_onnxruntime.txt"))) {
    SCOPED_TRACE(each.network->source);
    auto const length = static_cast<std::size_t>(each.network->input_length());
    auto const sequences = test::random_codes(count, length, 3);
    auto const together = score(each, sequences);
    auto const size = static_cast<std::size_t>(each.shape.size());
    for (std::size_t s = 0; s < count; s += count / 3) {
      auto const first = together.begin() + static_cast<std::ptrdiff_t>(s * size);
      EXPECT_EQ(score(each, {sequences[s]}, 1), std::vector<float>(first, first + static_cast<std::ptrdiff_t>(size)));
    }
  }
}

SHOAL_ON_EVERY_BACKEND(OperatorsTest);

}  // namespace
}  // namespace shoal::inference
