// SPDX-License-Identifier: MIT
// TF32: a float32 with ten stored bits of significand, the operands of a tensor core.
#pragma once

#include "kernels/common/bfloat16.hpp"

namespace shoal::kernels {

// Nearest TF32, ties away from zero (as cvt.rna.tf32.f32); infinity and NaN stay.
SHOAL_HOST_DEVICE inline float to_tf32(float x) {
  std::uint32_t const bits = bits_of(x);
  if ((bits & 0x7F800000U) == 0x7F800000U) return x;
  return float_of((bits + 0x1000U) & 0xFFFFE000U);
}

}  // namespace shoal::kernels
