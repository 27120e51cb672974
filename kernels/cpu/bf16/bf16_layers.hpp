// SPDX-License-Identifier: MIT
// Convolutions and dense layers on bfloat16 operands: packing of their weights, and the product of a run of rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/bf16/bf16_kernels.hpp"
#include "kernels/precision.hpp"

namespace shoal::kernels {

// A kernel [taps, channels, columns], channels padded to the depth_block of the processor's Bf16Kernels.
struct Bf16PanelShape {
  std::int64_t taps = 1;
  std::int64_t channels = 0;
  std::int64_t columns = 0;
  Precision precision = Precision::bf16;
};

// Panels as PairProduct reads them; `bias` [columns] or null.
std::size_t bf16_panels_size(Bf16Kernels const& kernels, Bf16PanelShape const& shape);
void pack_bf16_panels(Bf16Kernels const& kernels, Bf16PanelShape const& shape, float const* kernel, float const* bias,
                      float* packed);

// Rows of floats that a layer slides over: output row t (before pooling) reads rows t * stride + k * dilation.
struct SlidingRows {
  float const* input = nullptr;
  std::int64_t input_step = 0;  // floats from one row to the next
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
};

// Converts the rows that `output` needs into memory of the calling thread (it grows to the largest layer and stays),
// multiplies and stores.
void multiply_bf16(Bf16Kernels const& kernels, SlidingRows const& rows, Bf16PanelShape const& shape,
                   float const* packed, TileOutput const& output);

}  // namespace shoal::kernels
