// SPDX-License-Identifier: MIT
// The arithmetic of convolutions and dense layers. Values between layers, activations, sums of other layers and
// gradients are float32 in every precision.
#pragma once

#include <optional>
#include <string_view>

#include "kernels/space.hpp"

namespace shoal::kernels {

enum class Precision {
  f32,     // float32 operands and sums
  tf32,    // operands rounded to 10 stored bits of significand (nearest, ties away), float32 sums; CUDA only
  bf16x3,  // each operand as the sum of two bfloat16, high and low; high*high, high*low and low*high in float32 sums
  bf16     // operands rounded to bfloat16 (nearest, ties to even), float32 sums
};

char const* to_string(Precision precision);
// Nothing for a text that names no precision.
std::optional<Precision> parse_precision(std::string_view text);

// True if the layers of this space have the precision.
bool has_precision(CpuSpace const& space, Precision precision);
bool has_precision(CudaSpace const& space, Precision precision);

// Which of the two orders of summation this processor's bfloat16 products have (kernels/cpu/bf16/bf16_kernels.hpp):
// "amx", or "chain" of every other processor. On one order the bits are the same.
char const* bf16_order();

}  // namespace shoal::kernels
