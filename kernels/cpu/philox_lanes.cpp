// SPDX-License-Identifier: MIT
#include "kernels/cpu/philox_lanes.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernels/instruction_set.hpp"
#include "kernels/philox.hpp"

namespace shoal::kernels {

void fill_lanes_generic(LaneCounter const& counter, LaneUniforms& uniforms) {
  for (std::uint32_t lane = 0; lane < philox_lanes; ++lane) {
    UniformPair const pair = philox(counter.seed, counter.stream, counter.item + lane * counter.item_step,
                                    counter.draw + lane * counter.draw_step);
    uniforms.values[2 * lane] = pair.first;
    uniforms.values[2 * lane + 1] = pair.second;
  }
}

#if defined(__x86_64__)

// Philox words sit in the low halves of 64-bit lanes. The 32-bit multiply reads low halves only and leaves the whole
// product, so what a round puts into the high halves never matters until the end.

[[gnu::target("avx2")]] void fill_lanes_avx2(LaneCounter const& counter, LaneUniforms& uniforms) {
  __m256i const left_factor = _mm256_set1_epi64x(PHILOX_M4x32_0);
  __m256i const right_factor = _mm256_set1_epi64x(PHILOX_M4x32_1);
  for (std::uint32_t group = 0; group < philox_lanes; group += 4) {
    __m256i const lane = _mm256_add_epi64(_mm256_set1_epi64x(group), _mm256_setr_epi64x(0, 1, 2, 3));
    __m256i word0 = _mm256_set1_epi64x(static_cast<std::int64_t>(counter.stream));
    __m256i word1 = _mm256_srli_epi64(word0, 32);
    __m256i word2 = _mm256_add_epi32(_mm256_set1_epi64x(counter.item),
                                     _mm256_mul_epu32(lane, _mm256_set1_epi64x(counter.item_step)));
    __m256i word3 = _mm256_add_epi32(_mm256_set1_epi64x(counter.draw),
                                     _mm256_mul_epu32(lane, _mm256_set1_epi64x(counter.draw_step)));
    auto key0 = static_cast<std::uint32_t>(counter.seed);
    auto key1 = static_cast<std::uint32_t>(counter.seed >> 32);
    for (int round = 0; round < 10; ++round) {
      __m256i const left = _mm256_mul_epu32(word0, left_factor);
      __m256i const right = _mm256_mul_epu32(word2, right_factor);
      word0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(right, 32), word1), _mm256_set1_epi64x(key0));
      word2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(left, 32), word3), _mm256_set1_epi64x(key1));
      word1 = right;
      word3 = left;
      key0 += PHILOX_W32_0;
      key1 += PHILOX_W32_1;
    }
    __m256i const first = _mm256_blend_epi32(word0, _mm256_slli_epi64(word1, 32), 0xAA);
    __m256i const second = _mm256_blend_epi32(word2, _mm256_slli_epi64(word3, 32), 0xAA);
    __m256i const even = _mm256_unpacklo_epi64(first, second);
    __m256i const odd = _mm256_unpackhi_epi64(first, second);
    auto* const out = reinterpret_cast<__m256i*>(uniforms.values + 2 * group);
    _mm256_store_si256(out, _mm256_permute2x128_si256(even, odd, 0x20));
    _mm256_store_si256(out + 1, _mm256_permute2x128_si256(even, odd, 0x31));
  }
}

[[gnu::target("avx512f")]] void fill_lanes_avx512(LaneCounter const& counter, LaneUniforms& uniforms) {
  // Masked, because GCC 12 takes the unmasked forms for reads of uninitialised registers (GCC bug 105593).
  constexpr __mmask8 every_lane = 0xFF;
  __m512i const left_factor = _mm512_set1_epi64(PHILOX_M4x32_0);
  __m512i const right_factor = _mm512_set1_epi64(PHILOX_M4x32_1);
  __m512i const low_half = _mm512_set1_epi64(0xFFFFFFFF);
  __m512i const front = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
  __m512i const back = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
  constexpr int three_way_xor = 0x96;
  constexpr int select_by_first = 0xCA;  // bits of the second operand where the first has ones, else bits of the third
  for (std::uint32_t group = 0; group < philox_lanes; group += 8) {
    __m512i const lane = _mm512_add_epi64(_mm512_set1_epi64(group), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
    __m512i word0 = _mm512_set1_epi64(static_cast<std::int64_t>(counter.stream));
    __m512i word1 = _mm512_set1_epi64(static_cast<std::int64_t>(counter.stream >> 32));
    __m512i word2 = _mm512_add_epi64(_mm512_set1_epi64(counter.item),
                                     _mm512_maskz_mul_epu32(every_lane, lane, _mm512_set1_epi64(counter.item_step)));
    __m512i word3 = _mm512_add_epi64(_mm512_set1_epi64(counter.draw),
                                     _mm512_maskz_mul_epu32(every_lane, lane, _mm512_set1_epi64(counter.draw_step)));
    auto key0 = static_cast<std::uint32_t>(counter.seed);
    auto key1 = static_cast<std::uint32_t>(counter.seed >> 32);
    for (int round = 0; round < 10; ++round) {
      __m512i const left = _mm512_maskz_mul_epu32(every_lane, word0, left_factor);
      __m512i const right = _mm512_maskz_mul_epu32(every_lane, word2, right_factor);
      __m512i const right_high = _mm512_maskz_srli_epi64(every_lane, right, 32);
      __m512i const left_high = _mm512_maskz_srli_epi64(every_lane, left, 32);
      word0 = _mm512_ternarylogic_epi64(right_high, word1, _mm512_set1_epi64(key0), three_way_xor);
      word2 = _mm512_ternarylogic_epi64(left_high, word3, _mm512_set1_epi64(key1), three_way_xor);
      word1 = right;
      word3 = left;
      key0 += PHILOX_W32_0;
      key1 += PHILOX_W32_1;
    }
    __m512i const high1 = _mm512_maskz_slli_epi64(every_lane, word1, 32);
    __m512i const high3 = _mm512_maskz_slli_epi64(every_lane, word3, 32);
    __m512i const first = _mm512_ternarylogic_epi64(low_half, word0, high1, select_by_first);
    __m512i const second = _mm512_ternarylogic_epi64(low_half, word2, high3, select_by_first);
    std::uint64_t* const out = uniforms.values + 2 * group;
    _mm512_store_si512(out, _mm512_permutex2var_epi64(first, front, second));
    _mm512_store_si512(out + 8, _mm512_permutex2var_epi64(first, back, second));
  }
}

#endif

FillLanes best_fill_lanes() {
#if defined(__x86_64__)
  if (best_instruction_set() == InstructionSet::avx512) return fill_lanes_avx512;
  if (best_instruction_set() == InstructionSet::avx2) return fill_lanes_avx2;
#endif
  return fill_lanes_generic;
}

}  // namespace shoal::kernels
