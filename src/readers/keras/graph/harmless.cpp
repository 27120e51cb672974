// SPDX-License-Identifier: MIT
// Options of Keras layers that have no effect at inference.
#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "readers/keras/graph/leftovers.hpp"

namespace shoal::readers {

namespace {

using Names = std::vector<std::string_view>;

bool contains(Names const& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Options of any layer. A shape of the input repeats what the layers before it give.
bool is_common(std::string_view option) {
  static Names const common = {"name",        "trainable",   "dtype",       "batch_input_shape",
                               "input_shape", "batch_shape", "input_dtype", "activity_regularizer"};
  return contains(common, option);
}

// The initial value of a weight and how it is constrained: "kernel_initializer", and Keras 1's "W_constraint".
bool is_of_weight(std::string_view option) {
  static Names const weights = {"kernel",          "bias",  "gamma",     "beta",      "moving_mean",
                                "moving_variance", "alpha", "recurrent", "depthwise", "pointwise",
                                "embeddings",      "W",     "U",         "b"};
  std::size_t const end = option.rfind('_');
  if (end == std::string_view::npos) return false;
  std::string_view const kind = option.substr(end + 1);
  bool const is_kind = kind == "initializer" || kind == "regularizer" || kind == "constraint";
  return is_kind && contains(weights, option.substr(0, end));
}

Names const convolution = {"init", "weights", "input_dim", "input_length"};
// Options of Concise; its number of letters is that of the input.
Names const dna_convolution = {"init", "weights", "input_dim", "input_length", "seq_length", "background_probs"};
Names const dropout = {"rate", "p", "noise_shape", "seed", "data_format", "dim_ordering"};
// How the steps are computed, what is dropped in training, and the initial weights.
Names const recurrence = {"dropout",
                          "recurrent_dropout",
                          "seed",
                          "implementation",
                          "unroll",
                          "use_cudnn",
                          "init",
                          "inner_init",
                          "consume_less",
                          "forget_bias_init",
                          "dropout_W",
                          "dropout_U",
                          "input_dim",
                          "input_length",
                          "weights",
                          "unit_forget_bias",
                          "zero_output_for_mask"};
// The layers of a model are read elsewhere.
Names const model = {"layers", "input_layers", "output_layers", "build_input_shape"};
Names const attention = {"dropout", "seed", "flash_attention", "query_shape", "key_shape", "value_shape"};

std::map<std::string_view, Names> const& by_class() {
  static std::map<std::string_view, Names> const all = {
      {"Sequential", model},
      {"Functional", model},
      {"Model", model},
      {"InputLayer", {"optional", "input_tensor", "type_spec"}},
      {"Dense", {"init", "weights", "input_dim", "quantization_config"}},
      {"Conv1D", convolution},
      {"Convolution1D", convolution},
      {"Convolution2D", convolution},
      {"AtrousConvolution1D", convolution},
      {"AtrousConvolution2D", convolution},
      {"SeparableConvolution1D", convolution},
      {"SeparableConvolution2D", convolution},
      {"ConvDNA", dna_convolution},
      {"ConvRNA", dna_convolution},
      {"StochasticShift", {"shift_max", "symmetric", "pad"}},
      {"SwitchReverse", {"strand_pair"}},
      {"SwitchReverseTriu", {"diagonal_offset"}},
      {"BatchNormalization",
       {"momentum", "fused", "renorm_clipping", "renorm_momentum", "virtual_batch_size", "synchronized", "gamma_init",
        "beta_init", "weights"}},
      {"SpectralNormalization", {"power_iterations"}},
      {"PReLU", {"init", "weights"}},
      {"Dropout", dropout},
      {"SpatialDropout1D", dropout},
      {"SpatialDropout2D", dropout},
      {"SpatialDropout3D", dropout},
      {"AlphaDropout", dropout},
      {"GaussianDropout", dropout},
      {"GaussianNoise", {"stddev", "sigma", "seed"}},
      {"ActivityRegularization", {"l1", "l2"}},
      {"LSTM", recurrence},
      {"GRU", recurrence},
      {"SimpleRNN", recurrence},
      {"Bidirectional", {"weights"}},
      {"MultiHeadAttention", attention},
      {"Attention", attention},
      // Byte code; the user has said what it computes.
      {"Lambda",
       {"function", "function_type", "module", "output_shape", "output_shape_type", "output_shape_module",
        "arguments"}}};
  return all;
}

}  // namespace

bool is_harmless_keras_option(std::string_view class_name, std::string_view option) {
  if (is_common(option) || is_of_weight(option)) return true;
  auto const found = by_class().find(class_name);
  return found != by_class().end() && contains(found->second, option);
}

}  // namespace shoal::readers
