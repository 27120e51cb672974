// SPDX-License-Identifier: MIT
// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011; Random123), the same bits on host and device.
#pragma once

#include <Random123/philox.h>

#include <cstdint>

#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// The 128 bits of one call, as two 64-bit uniforms: words 0 and 1, words 2 and 3, low word first.
struct UniformPair {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

// Philox4x32-10 with the 64-bit `seed` as key (low word first) and the counter (low word of `stream`, its high word,
// `item`, `draw`). A stream is a locus, an item is one of its mutants or noisy copies, a draw is one call for the item.
SHOAL_HOST_DEVICE inline UniformPair philox(std::uint64_t seed, std::uint64_t stream, std::uint32_t item,
                                            std::uint32_t draw) {
  philox4x32_key_t const key = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  philox4x32_ctr_t const counter = {
      {static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32), item, draw}};
  philox4x32_ctr_t const words = philox4x32_R(10, counter, key);
  return {words.v[0] | static_cast<std::uint64_t>(words.v[1]) << 32, words.v[2] | static_cast<std::uint64_t>(words.v[3])
                                                                                      << 32};
}

// An integer in [0, bound) from a 64-bit uniform: the high half of the product (Lemire, TOMACS 2019). Every value has
// probability 1 / bound to within 2^-64.
SHOAL_HOST_DEVICE inline std::uint64_t bounded(std::uint64_t uniform, std::uint64_t bound) {
  std::uint64_t high = 0;
  mulhilo64(uniform, bound, &high);
  return high;
}

}  // namespace shoal::kernels
