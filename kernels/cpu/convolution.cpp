// SPDX-License-Identifier: MIT
#include "kernels/forward/convolution.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "kernels/cpu/bf16/bf16_layers.hpp"
#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

namespace {

// The shape of the packed filters of one group.
PanelShape filter_panels(ConvolutionShape const& shape) {
  return {shape.width * (shape.in_channels / shape.groups), shape.filters / shape.groups, panel_width, 0};
}

// True for a convolution whose groups have one channel in and one channel out.
bool is_depthwise(ConvolutionShape const& shape) {
  return shape.groups > 1 && shape.groups == shape.in_channels && shape.groups == shape.filters;
}

// Groups have few channels and kernels of their own, which stay float32.
bool is_reduced(ConvolutionShape const& shape) {
  return shape.precision != Precision::f32 && shape.groups == 1;
}

Bf16PanelShape bf16_panels(ConvolutionShape const& shape) {
  return {shape.width, shape.in_channels, shape.filters, shape.precision};
}

PanelShape code_panels(ConvolutionShape const& shape) {
  return {shape.width * 4, shape.filters, code_panel_width, 4};
}

TileOutput tile_output(MutableValues const& output, std::int64_t sequence, Epilogue const& epilogue) {
  return {.data = output.data + sequence * output.stride,
          .rows = output.positions,
          .channels = output.channels,
          .row_step = output.channels,
          .pool = epilogue.pool,
          .activation = epilogue.activation,
          .alpha = epilogue.alpha,
          .adds_first = epilogue.adds_first};
}

// Rows after the last position of the input that the convolution reads.
std::int64_t rows_behind(std::int64_t positions, ConvolutionShape const& shape, std::int64_t convolved_rows) {
  return (convolved_rows - 1) * shape.stride + (shape.width - 1) * shape.dilation - shape.padding - (positions - 1);
}

void convolve_one(ConstValues const& input, std::int64_t sequence, ConvolutionShape const& shape, float const* packed,
                  TileOutput output) {
  float const* const first = input.data + sequence * input.stride - shape.padding * input.channels;
  std::int64_t const row_step = shape.stride * input.channels;
  std::int64_t const tap_step = shape.dilation * input.channels;
  if (is_depthwise(shape)) {
    vector_kernels().multiply_channels({.input = first,
                                        .row_step = row_step,
                                        .tap_step = tap_step,
                                        .width = shape.width,
                                        .weights = packed,
                                        .output = output});
    return;
  }
  if (is_reduced(shape)) {
    SlidingRows const rows = {first, input.channels, shape.stride, shape.dilation};
    multiply_bf16(bf16_kernels(), rows, bf16_panels(shape), packed, output);
    return;
  }
  std::int64_t const depth = input.channels / shape.groups;
  bool const runs_are_joined = shape.dilation == 1 && shape.groups == 1;
  output.channels = shape.filters / shape.groups;
  for (std::int64_t group = 0; group < shape.groups; ++group) {
    vector_kernels().multiply({.input = first + group * depth,
                               .row_step = row_step,
                               .segments = runs_are_joined ? 1 : shape.width,
                               .segment_length = runs_are_joined ? shape.width * depth : depth,
                               .segment_step = tap_step,
                               .panels = packed,
                               .output = output});
    output.data += output.channels;
    packed += panels_size(filter_panels(shape));
  }
}

// The longest run of convolve_codes: its offsets are on the stack.
constexpr std::int64_t max_offsets = 4096;

// offsets[i] is the row of the table that the code at position first + i chooses: the zero row for N and outside.
void fill_offsets(PackedView const& sequences, std::uint64_t const* row, std::int64_t first, std::int64_t count,
                  std::uint16_t* offsets) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t const position = first + i;
    unsigned code = code_n;
    if (position >= 0 && position < sequences.length) {
      auto const p = static_cast<std::int32_t>(position);
      bool const unknown = sequences.unknown != nullptr && mask_bit(sequences.unknown, p);
      if (!unknown) code = packed_code(row, p);
    }
    offsets[i] = static_cast<std::uint16_t>(code * code_panel_width);
  }
}

void convolve_codes_of_one(PackedView const& sequences, std::int64_t sequence, ConvolutionShape const& shape,
                           float const* packed, TileOutput output) {
  std::uint16_t offsets[max_offsets];
  std::uint64_t const* const row = sequences.words + sequence * words_per_row(sequences.length);
  std::int64_t const reach = (shape.width - 1) * shape.dilation + 1;
  std::int64_t const rows_at_once = ((max_offsets - reach) / shape.stride + 1) / output.pool;
  std::int64_t const rows = output.rows;
  float* const data = output.data;
  for (std::int64_t begin = 0; begin < rows; begin += rows_at_once) {
    output.rows = std::min(rows_at_once, rows - begin);
    output.data = data + begin * output.row_step;
    std::int64_t const first = begin * output.pool * shape.stride - shape.padding;
    fill_offsets(sequences, row, first, (output.rows * output.pool - 1) * shape.stride + reach, offsets);
    vector_kernels().look_up({.offsets = offsets,
                              .row_step = shape.stride,
                              .dilation = shape.dilation,
                              .width = shape.width,
                              .panels = packed,
                              .output = output});
  }
}

}  // namespace

bool fuses_max_pool(CpuSpace const&, std::int64_t width) {
  return width >= 1 && width <= max_fused_pool;
}

bool is_non_decreasing(Activation activation, float alpha) {
  switch (activation) {
    case Activation::linear:
    case Activation::relu:
    case Activation::exponential:
    case Activation::sigmoid:
    case Activation::softplus:
    case Activation::tanh:
    case Activation::softsign:
    case Activation::erf:
      return true;
    case Activation::elu:
    case Activation::leaky_relu:
    case Activation::capped_relu:
    case Activation::hard_sigmoid:
      return alpha >= 0.0F;
    default:
      return false;
  }
}

bool fuses_sum(CpuSpace const&, Epilogue const& epilogue) {
  return epilogue.pool == 1 && (epilogue.activation == Activation::linear || epilogue.activation == Activation::relu);
}

std::size_t packed_filters_size(CpuSpace const&, ConvolutionShape const& shape) {
  if (is_depthwise(shape)) return static_cast<std::size_t>((1 + shape.width) * shape.filters);
  if (is_reduced(shape)) return bf16_panels_size(bf16_kernels(), bf16_panels(shape));
  return panels_size(filter_panels(shape)) * static_cast<std::size_t>(shape.groups);
}

void pack_filters(CpuSpace const&, ConvolutionShape const& shape, float const* kernel, float const* bias,
                  float* packed) {
  if (is_depthwise(shape)) {
    std::fill_n(packed, shape.filters, 0.0F);
    if (bias != nullptr) std::copy_n(bias, shape.filters, packed);
    std::copy_n(kernel, shape.width * shape.filters, packed + shape.filters);
    return;
  }
  if (is_reduced(shape)) {
    pack_bf16_panels(bf16_kernels(), bf16_panels(shape), kernel, bias, packed);
    return;
  }
  PanelShape const panels = filter_panels(shape);
  if (shape.groups == 1) {
    pack_panels(panels, kernel, bias, packed);
    return;
  }
  std::vector<float> matrix(static_cast<std::size_t>(panels.rows * panels.columns));
  for (std::int64_t group = 0; group < shape.groups; ++group) {
    std::int64_t const first = group * panels.columns;
    for (std::int64_t row = 0; row < panels.rows; ++row) {
      std::copy_n(kernel + row * shape.filters + first, panels.columns, matrix.data() + row * panels.columns);
    }
    pack_panels(panels, matrix.data(), bias == nullptr ? nullptr : bias + first, packed);
    packed += panels_size(panels);
  }
}

void convolve(CpuSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed_filters,
              Epilogue const& epilogue, MutableValues output, ConstValues addend) {
  expect(fuses_max_pool(space, epilogue.pool), "convolve: this width of pooling is not fused");
  expect(has_precision(space, shape.precision), "convolve: the CPU does not have this precision");
  expect(shape.groups == 1 || epilogue.pool == 1, "convolve: pooling is not fused with groups");
  bool const sum_is_fused = shape.groups == 1 && fuses_sum(space, epilogue);
  expect(addend.data == nullptr || sum_is_fused, "convolve: this sum is not fused");
  std::int64_t const behind = rows_behind(input.positions, shape, output.positions * epilogue.pool);
  expect(input.margin >= std::max(shape.padding, behind), "convolve: the input's margin is too small");
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    TileOutput tile = tile_output(output, s, epilogue);
    if (addend.data != nullptr) tile.addend = addend.data + s * addend.stride;
    convolve_one(input, s, shape, packed_filters, tile);
    clear_margin(output, s);
  }
}

std::size_t packed_code_filters_size(CpuSpace const&, ConvolutionShape const& shape) {
  return panels_size(code_panels(shape));
}

void pack_code_filters(CpuSpace const&, ConvolutionShape const& shape, float const* kernel, float const* bias,
                       float* packed) {
  pack_panels(code_panels(shape), kernel, bias, packed);
}

void convolve_codes(CpuSpace const& space, PackedView sequences, ConvolutionShape const& shape,
                    float const* packed_filters, Epilogue const& epilogue, MutableValues output) {
  expect(fuses_max_pool(space, epilogue.pool), "convolve_codes: this width of pooling is not fused");
  expect((shape.width - 1) * shape.dilation + epilogue.pool * shape.stride <= max_offsets,
         "convolve_codes: the filters reach too far");
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < sequences.mutants; ++s) {
    convolve_codes_of_one(sequences, s, shape, packed_filters, tile_output(output, s, epilogue));
    clear_margin(output, s);
  }
}

void expand_codes(CpuSpace const& space, PackedView sequences, MutableValues output) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < sequences.mutants; ++s) {
    std::uint64_t const* const row = sequences.words + s * words_per_row(sequences.length);
    float* const values = output.data + s * output.stride;
    std::fill_n(values, output.positions * 4, 0.0F);
    for (std::int32_t p = 0; p < sequences.length; ++p) {
      bool const unknown = sequences.unknown != nullptr && mask_bit(sequences.unknown, p);
      if (!unknown) values[4 * p + packed_code(row, p)] = 1.0F;
    }
    clear_margin(output, s);
  }
}

}  // namespace shoal::kernels
