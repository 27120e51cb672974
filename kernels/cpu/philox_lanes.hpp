// SPDX-License-Identifier: MIT
// Sixteen Philox calls at once on the CPU's vector units; the bits are those of common/philox.hpp.
#pragma once

#include <cstdint>

namespace shoal::kernels {

inline constexpr int philox_lanes = 16;

// Lane i is the call philox(seed, stream, item + i * item_step, draw + i * draw_step), modulo 2^32 each.
struct LaneCounter {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint32_t item = 0;
  std::uint32_t item_step = 0;
  std::uint32_t draw = 0;
  std::uint32_t draw_step = 0;
};

// The halves of the calls in order: lane i gives values[2 i] and values[2 i + 1].
struct alignas(64) LaneUniforms {
  std::uint64_t values[2 * philox_lanes];
};

using FillLanes = void (*)(LaneCounter const&, LaneUniforms&);

void fill_lanes_generic(LaneCounter const& counter, LaneUniforms& uniforms);
#if defined(__x86_64__)
// Only for processors that have the instructions.
void fill_lanes_avx2(LaneCounter const& counter, LaneUniforms& uniforms);
void fill_lanes_avx512(LaneCounter const& counter, LaneUniforms& uniforms);
#endif

// The fastest of them on this processor.
FillLanes best_fill_lanes();

}  // namespace shoal::kernels
