// SPDX-License-Identifier: MIT
#include "kernels/convolution.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "kernels/cpu/panels.hpp"
#include "kernels/cpu/vector_kernels.hpp"

namespace shoal::kernels {

namespace {

PanelShape filter_panels(ConvolutionShape const& shape) {
  return {shape.width * shape.in_channels, shape.filters, panel_width, 0};
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
          .alpha = epilogue.alpha};
}

// Rows of the input behind its last position that the convolution reads.
std::int64_t rows_behind(std::int64_t positions, ConvolutionShape const& shape, std::int64_t convolved_rows) {
  return (convolved_rows - 1) * shape.stride + (shape.width - 1) * shape.dilation - shape.padding - (positions - 1);
}

// The longest run of convolve_codes: its offsets lie on the stack.
constexpr std::int64_t max_offsets = 4096;

// offsets[i] = row of the table that the code at position first + i chooses; outside and N: the zero row.
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

std::size_t packed_filters_size(CpuSpace const&, ConvolutionShape const& shape) {
  return panels_size(filter_panels(shape));
}

void pack_filters(CpuSpace const&, ConvolutionShape const& shape, float const* kernel, float const* bias,
                  float* packed) {
  pack_panels(filter_panels(shape), kernel, bias, packed);
}

void convolve(CpuSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed_filters,
              Epilogue const& epilogue, MutableValues output) {
  expect(fuses_max_pool(space, epilogue.pool), "convolve: this width of pooling is not fused");
  std::int64_t const behind = rows_behind(input.positions, shape, output.positions * epilogue.pool);
  expect(input.margin >= std::max(shape.padding, behind), "convolve: the input's margin is too small");
  bool const runs_are_joined = shape.dilation == 1;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    vector_kernels().multiply({.input = input.data + s * input.stride - shape.padding * input.channels,
                               .row_step = shape.stride * input.channels,
                               .segments = runs_are_joined ? 1 : shape.width,
                               .segment_length = runs_are_joined ? shape.width * input.channels : input.channels,
                               .segment_step = shape.dilation * input.channels,
                               .panels = packed_filters,
                               .output = tile_output(output, s, epilogue)});
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
