// SPDX-License-Identifier: MIT
// The CUDA kernels of the forward pass, executed on the host, give the bits of the CPU kernels on random layers.
#include <gtest/gtest.h>

#include <vector>

#include "kernels/forward/activation.hpp"
#include "kernels/forward/convolution.hpp"
#include "kernels/forward/dense.hpp"
#include "kernels/forward/pooling.hpp"
#include "on_host.hpp"

namespace shoal::kernels {

namespace {

class ForwardPassOnHost : public OnHost {
 protected:
  // A convolution of up to a few tiles, and the positions of its output before pooling.
  struct Layer {
    ConvolutionShape shape;
    Epilogue epilogue;
    std::int64_t sequences = 0, positions = 0, rows = 0;
  };
  Layer layer(std::int64_t channels) {
    Layer layer;
    layer.sequences = integer(1, 6);
    layer.positions = integer(1, 150);
    ConvolutionShape& shape = layer.shape;
    shape.in_channels = channels;
    shape.filters = integer(0, 3) == 0 ? integer(60, 270) : integer(1, 70);
    shape.width = integer(1, 9);
    shape.stride = integer(0, 2) == 0 ? integer(1, 3) : 1;
    shape.dilation = integer(0, 2) == 0 ? integer(1, 4) : 1;
    std::int64_t const reach = (shape.width - 1) * shape.dilation + 1;
    shape.padding = integer(-2, reach - 1);
    std::int64_t const readable = layer.positions + shape.padding + integer(0, reach - 1);
    layer.rows = readable < reach ? 0 : (readable - reach) / shape.stride + 1;
    layer.epilogue.activation = activation();
    layer.epilogue.alpha = 0.7F;
    std::int64_t const pool = std::int64_t{1} << integer(0, 2);
    if (layer.rows >= pool && fuses_max_pool(cpu_, pool)) layer.epilogue.pool = pool;
    return layer;
  }
  static std::int64_t margin_of(Layer const& layer) {
    return layer.shape.width * layer.shape.dilation + layer.shape.stride * 4 + layer.shape.padding;
  }
};

TEST_P(ForwardPassOnHost, Convolve) {
  Layer const layer = this->layer(integer(0, 2) == 0 ? integer(1, 70) : integer(1, 20));
  if (layer.rows == 0) return;
  ConvolutionShape const& shape = layer.shape;
  std::vector<float> const kernel = floats(shape.width * shape.in_channels * shape.filters);
  std::vector<float> const bias = floats(shape.filters);
  std::vector<float> for_cpu(packed_filters_size(cpu_, shape));
  std::vector<float> for_cuda(packed_filters_size(cuda_, shape));
  pack_filters(cpu_, shape, kernel.data(), bias.data(), for_cpu.data());
  pack_filters(cuda_, shape, kernel.data(), bias.data(), for_cuda.data());
  Values input(layer.sequences, layer.positions, shape.in_channels, margin_of(layer));
  Values bare_input(layer.sequences, layer.positions, shape.in_channels, 0, integer(0, 5));
  fill(input, bare_input);
  std::int64_t const positions = layer.rows / layer.epilogue.pool;
  Values expected(layer.sequences, positions, shape.filters);
  Values output(layer.sequences, positions, shape.filters, 0, integer(0, 4));
  convolve(cpu_, input.view(), shape, for_cpu.data(), layer.epilogue, expected.view());
  convolve(cuda_, bare_input.view(), shape, for_cuda.data(), layer.epilogue, output.view());
  expect_same_bits(expected, output);
}

TEST_P(ForwardPassOnHost, ConvolveAndExpandCodes) {
  Layer const layer = this->layer(4);
  if (layer.rows == 0) return;
  ConvolutionShape const& shape = layer.shape;
  auto const length = static_cast<std::int32_t>(layer.positions);
  std::int64_t const words = words_per_row(length);
  std::vector<std::uint64_t> packed(static_cast<std::size_t>(layer.sequences * words), 0);
  std::vector<std::uint64_t> unknown(static_cast<std::size_t>((length + 63) / 64), 0);
  for (std::int32_t p = 0; p < length; ++p) {
    bool const is_n = integer(0, 20) == 0;
    if (is_n) unknown[static_cast<std::size_t>(p / 64)] |= std::uint64_t{1} << (p % 64);
    for (std::int64_t s = 0; !is_n && s < layer.sequences; ++s) {
      set_packed_code(packed.data() + s * words, p, static_cast<unsigned>(integer(0, 3)));
    }
  }
  PackedView const sequences{packed.data(), unknown.data(), layer.sequences, length};
  std::vector<float> const kernel = floats(shape.width * 4 * shape.filters);
  std::vector<float> for_cpu(packed_code_filters_size(cpu_, shape));
  std::vector<float> for_cuda(packed_code_filters_size(cuda_, shape));
  pack_code_filters(cpu_, shape, kernel.data(), nullptr, for_cpu.data());
  pack_code_filters(cuda_, shape, kernel.data(), nullptr, for_cuda.data());
  std::int64_t const positions = layer.rows / layer.epilogue.pool;
  Values expected(layer.sequences, positions, shape.filters);
  Values output(layer.sequences, positions, shape.filters, 0, integer(0, 4));
  convolve_codes(cpu_, sequences, shape, for_cpu.data(), layer.epilogue, expected.view());
  convolve_codes(cuda_, sequences, shape, for_cuda.data(), layer.epilogue, output.view());
  expect_same_bits(expected, output);

  Values one_hot(layer.sequences, length, 4);
  Values one_hot_output(layer.sequences, length, 4);
  expand_codes(cpu_, sequences, one_hot.view());
  expand_codes(cuda_, sequences, one_hot_output.view());
  expect_same_bits(one_hot, one_hot_output);
}

TEST_P(ForwardPassOnHost, Dense) {
  DenseShape const shape{integer(1, 300), integer(1, 200), activation(), 0.3F};
  std::vector<float> const kernel = floats(shape.in_channels * shape.units);
  std::vector<float> const bias = floats(shape.units);
  std::vector<float> for_cpu(packed_weights_size(cpu_, shape));
  std::vector<float> for_cuda(packed_weights_size(cuda_, shape));
  pack_weights(cpu_, shape, kernel.data(), bias.data(), for_cpu.data());
  pack_weights(cuda_, shape, kernel.data(), bias.data(), for_cuda.data());
  std::int64_t const sequences = integer(1, 150);
  std::int64_t const positions = integer(0, 1) == 0 ? 1 : integer(1, 4);
  Values input(sequences, positions, shape.in_channels);
  Values bare_input(sequences, positions, shape.in_channels, 0, integer(0, 5));
  fill(input, bare_input);
  Values expected(sequences, positions, shape.units);
  Values output(sequences, positions, shape.units);
  dense(cpu_, input.view(), shape, for_cpu.data(), expected.view());
  dense(cuda_, bare_input.view(), shape, for_cuda.data(), output.view());
  expect_same_bits(expected, output);
}

TEST_P(ForwardPassOnHost, Pooling) {
  Values input(integer(1, 5), integer(6, 90), integer(1, 80));
  MutableValues const view = input.view();
  Values same_input(view.sequences, view.positions, view.channels);
  fill(input, same_input);
  for (PoolKind const kind : {PoolKind::max, PoolKind::average}) {
    PoolShape shape{.kind = kind, .width = integer(1, 5), .stride = integer(1, 4)};
    shape.count_padding = integer(0, 1) == 0;
    shape.padding_behind = integer(0, 3);
    shape.padding = integer(0, shape.width - 1);
    std::int64_t const positions = (view.positions + shape.padding - 1) / shape.stride + 1;
    Values expected(view.sequences, positions, view.channels);
    Values output(view.sequences, positions, view.channels);
    pool(cpu_, input.view(), shape, expected.view());
    pool(cuda_, same_input.view(), shape, output.view());
    expect_same_bits(expected, output);
    Values whole(view.sequences, 1, view.channels);
    Values whole_output(view.sequences, 1, view.channels);
    global_pool(cpu_, input.view(), kind, whole.view());
    global_pool(cuda_, same_input.view(), kind, whole_output.view());
    expect_same_bits(whole, whole_output);
  }
}

TEST_P(ForwardPassOnHost, ElementByElement) {
  Values input(integer(1, 5), integer(1, 90), integer(1, 40));
  MutableValues const view = input.view();
  Values same_input(view.sequences, view.positions, view.channels);
  fill(input, same_input, 60.0F);
  Values expected(view.sequences, view.positions, view.channels);
  Values output(view.sequences, view.positions, view.channels);
  for (int kind = 0; kind <= static_cast<int>(last_activation); ++kind) {
    activate(cpu_, input.view(), static_cast<Activation>(kind), 0.5F, expected.view());
    activate(cuda_, same_input.view(), static_cast<Activation>(kind), 0.5F, output.view());
    expect_same_bits(expected, output);
  }
  std::vector<float> const scale = floats(view.channels);
  std::vector<float> const shift = floats(view.channels);
  scale_shift(cpu_, input.view(), scale.data(), shift.data(), expected.view());
  scale_shift(cuda_, same_input.view(), scale.data(), shift.data(), output.view());
  expect_same_bits(expected, output);
  Values column(view.sequences, 1, 3);
  column.fill_with(0.0F);
  take_element(cuda_, same_input.view(), input.row_size() - 1, column.row(0), 3);
  for (std::int64_t s = 0; s < view.sequences; ++s) EXPECT_EQ(column.row(s)[0], input.row(s)[input.row_size() - 1]);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ForwardPassOnHost, testing::Range(1U, 13U));

}  // namespace

}  // namespace shoal::kernels
