// SPDX-License-Identifier: MIT
// bfloat16: the upper half of a float32, eight bits of significand.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/library/packed.hpp"

namespace shoal::kernels {

SHOAL_HOST_DEVICE inline std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

SHOAL_HOST_DEVICE inline float float_of(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// Nearest bfloat16, ties to even. Magnitudes below the smallest normal float32 become a zero of their sign, as the
// processors' instructions do it; NaN stays NaN.
SHOAL_HOST_DEVICE inline std::uint16_t to_bfloat16(float x) {
  std::uint32_t const bits = bits_of(x);
  std::uint32_t const magnitude = bits & 0x7FFFFFFFU;
  if (magnitude < 0x00800000U) return static_cast<std::uint16_t>((bits & 0x80000000U) >> 16);
  if (magnitude > 0x7F800000U) return static_cast<std::uint16_t>(bits >> 16 | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16);
}

SHOAL_HOST_DEVICE inline float from_bfloat16(std::uint16_t x) {
  return float_of(static_cast<std::uint32_t>(x) << 16);
}

// x = high + low but for a relative 2^-16 (two roundings to eight bits).
struct SplitFloat {
  std::uint16_t high;
  std::uint16_t low;
};

SHOAL_HOST_DEVICE inline SplitFloat split_float(float x) {
  std::uint16_t const high = to_bfloat16(x);
  return {high, to_bfloat16(x - from_bfloat16(high))};
}

}  // namespace shoal::kernels
