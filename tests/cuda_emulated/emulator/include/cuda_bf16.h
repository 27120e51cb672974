// SPDX-License-Identifier: MIT
// Stands in for the CUDA toolkit's header: bfloat16 as its bits.
#pragma once

#include <cstdint>

struct __nv_bfloat16 {
  std::uint16_t bits;
};

inline __nv_bfloat16 __ushort_as_bfloat16(std::uint16_t bits) {
  return {bits};
}
