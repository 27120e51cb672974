// SPDX-License-Identifier: MIT
// Floats to bfloat16 with the integer operations of any vector width (included after its Lanes). The same numbers as
// kernels/common/bfloat16.hpp.
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#include "kernels/cpu/bf16/bf16_kernels.hpp"

namespace shoal::kernels {
namespace {

using Words = std::uint32_t __attribute__((vector_size(sizeof(Lanes::Vector))));
using Halves = std::uint16_t __attribute__((vector_size(sizeof(Lanes::Vector) / 2)));

#if defined(__AVX512BF16__)
// The processor's own rounding, which is the same.
[[gnu::always_inline]] inline Halves nearest_halves(Lanes::Vector x) {
  return reinterpret_cast<Halves>(_mm512_cvtneps_pbh(x));
}
#else
[[gnu::always_inline]] inline Halves nearest_halves(Lanes::Vector x) {
  Words const bits = reinterpret_cast<Words>(x);
  Words const magnitude = bits & 0x7FFFFFFFU;
  Words const nearest = bits + 0x7FFFU + (bits >> 16 & 1U);
  Words const normal = magnitude > 0x7F800000U ? bits | 0x400000U : nearest;
  return __builtin_convertvector((magnitude < 0x00800000U ? bits & 0x80000000U : normal) >> 16, Halves);
}
#endif

[[gnu::always_inline]] inline Lanes::Vector widened(Halves halves) {
  return reinterpret_cast<Lanes::Vector>(__builtin_convertvector(halves, Words) << 16);
}

[[gnu::always_inline]] inline void store_halves(std::uint16_t* to, Halves halves, std::int64_t count) {
  if (count >= Lanes::width) {
    __builtin_memcpy(to, &halves, sizeof halves);
  } else {
    for (std::int64_t i = 0; i < count; ++i) to[i] = halves[i];
  }
}

void split_run(float const* from, std::int64_t count, std::uint16_t* high, std::uint16_t* low) {
  for (std::int64_t i = 0; i < count; i += Lanes::width) {
    std::int64_t const left = count - i;
    Lanes::Vector const x =
        left >= Lanes::width ? Lanes::load(from + i) : Lanes::load_first(from + i, static_cast<int>(left));
    Halves const upper = nearest_halves(x);
    store_halves(high + i, upper, left);
    if (low != nullptr) store_halves(low + i, nearest_halves(Lanes::subtract(x, widened(upper))), left);
  }
}

void split(RowSplit const& rows) {
  if (rows.channels == rows.padded && rows.step == rows.channels) {
    split_run(rows.input, rows.rows * rows.channels, rows.high, rows.low);
    return;
  }
  for (std::int64_t row = 0; row < rows.rows; ++row) {
    std::uint16_t* const high = rows.high + row * rows.padded;
    std::uint16_t* const low = rows.low == nullptr ? nullptr : rows.low + row * rows.padded;
    split_run(rows.input + row * rows.step, rows.channels, high, low);
    for (std::int64_t c = rows.channels; c < rows.padded; ++c) {
      high[c] = 0;
      if (low != nullptr) low[c] = 0;
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
