// SPDX-License-Identifier: MIT
// A pair's two products as float32 fused multiply-adds, for sets without bfloat16 instructions (included after Lanes).
// Compiled alone after kernels/cpu/vector/lanes_generic.hpp
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernels/cpu/bf16/bf16_kernels.hpp"

namespace shoal::kernels {
namespace {

struct Pairs {
  struct Weights {
    Lanes::Vector even, odd;
  };
  using Values = Weights;
  using Words = std::uint32_t __attribute__((vector_size(sizeof(Lanes::Vector))));
  static constexpr int max_rows = Lanes::max_rows > 12 ? 12 : Lanes::max_rows > 4 ? 4 : Lanes::max_rows;
  static constexpr int max_split_rows = Lanes::max_rows > 10 ? 10 : max_rows;

  static Weights load(float const* row) {
    Words const words = reinterpret_cast<Words>(Lanes::load(row));
    return {reinterpret_cast<Lanes::Vector>(words << 16), reinterpret_cast<Lanes::Vector>(words & 0xFFFF0000U)};
  }
  static Values set(std::uint16_t const* pair) { return {Lanes::set(widened(pair[0])), Lanes::set(widened(pair[1]))}; }

#if defined(__x86_64__)
  static Lanes::Vector multiply_add(Lanes::Vector sum, Values const& x, Weights const& w) {
    return Lanes::fma(x.even, w.even, Lanes::fma(x.odd, w.odd, sum));
  }
  struct FlushDenormals {
    unsigned const before = _mm_getcsr();
    FlushDenormals() { _mm_setcsr(before | 0x8040U); }
    ~FlushDenormals() { _mm_setcsr(before); }
    FlushDenormals(FlushDenormals const&) = delete;
    FlushDenormals& operator=(FlushDenormals const&) = delete;
  };
#else
  static Lanes::Vector multiply_add(Lanes::Vector sum, Values const& x, Weights const& w) {
    return flushed(Lanes::fma(x.even, w.even, flushed(Lanes::fma(x.odd, w.odd, sum))));
  }
  static Lanes::Vector flushed(Lanes::Vector x) {
    Words const bits = reinterpret_cast<Words>(x);
    return reinterpret_cast<Lanes::Vector>((bits & 0x7FFFFFFFU) < 0x00800000U ? bits & 0x80000000U : bits);
  }
  struct FlushDenormals {
    FlushDenormals() {}
  };
#endif

 private:
  static float widened(std::uint16_t half) {
    return __builtin_bit_cast(float, static_cast<std::uint32_t>(half) << 16);
  }
};

}  // namespace
}  // namespace shoal::kernels
