// SPDX-License-Identifier: MIT
// Counts of common bits of all pairs of planes, 4 x 4 pairs at a time so that each loaded word is used four times. The
// counts are exact, so which instructions count them never shows in a result.
#include <immintrin.h>

#include <algorithm>

#include "kernels/library/gram.hpp"

namespace shoal::kernels {

namespace {

constexpr int tile = 4;
struct Planes {
  std::uint64_t const* first[tile];
};
using Counts = std::int32_t[tile][tile];
using CountTile = void (*)(Planes const& rows, Planes const& columns, std::int64_t words, Counts& counts);

// Plain arrays and no shared inline code in functions for newer processors, because an older one must never meet them.
__attribute__((target("avx512f,avx512vpopcntdq"))) void count_avx512(Planes const& rows, Planes const& columns,
                                                                     std::int64_t words, Counts& counts) {
  __m512i sums[tile][tile];
  for (auto& line : sums) {
    for (auto& sum : line) sum = _mm512_setzero_si512();
  }
  for (std::int64_t word = 0; word < words; word += 8) {
    std::int64_t const left = words - word;
    auto const mask = static_cast<__mmask8>(left >= 8 ? 0xFF : (1 << left) - 1);
    __m512i second[tile];
    for (int j = 0; j < tile; ++j) second[j] = _mm512_maskz_loadu_epi64(mask, columns.first[j] + word);
    for (int i = 0; i < tile; ++i) {
      __m512i const first = _mm512_maskz_loadu_epi64(mask, rows.first[i] + word);
      for (int j = 0; j < tile; ++j) {
        sums[i][j] = _mm512_add_epi64(sums[i][j], _mm512_popcnt_epi64(_mm512_and_si512(first, second[j])));
      }
    }
  }
  for (int i = 0; i < tile; ++i) {
    for (int j = 0; j < tile; ++j) {
      alignas(64) std::int64_t lanes[8];
      _mm512_store_si512(lanes, sums[i][j]);
      std::int64_t total = 0;
      for (std::int64_t const lane : lanes) total += lane;
      counts[i][j] = static_cast<std::int32_t>(total);
    }
  }
}

__attribute__((target("popcnt"))) void count_popcnt(Planes const& rows, Planes const& columns, std::int64_t words,
                                                    Counts& counts) {
  for (int i = 0; i < tile; ++i) {
    for (int j = 0; j < tile; ++j) {
      std::uint64_t const* const first = rows.first[i];
      std::uint64_t const* const second = columns.first[j];
      std::int64_t sum = 0;
      for (std::int64_t word = 0; word < words; ++word) sum += __builtin_popcountll(first[word] & second[word]);
      counts[i][j] = static_cast<std::int32_t>(sum);
    }
  }
}

void count_portable(Planes const& rows, Planes const& columns, std::int64_t words, Counts& counts) {
  for (int i = 0; i < tile; ++i) {
    for (int j = 0; j < tile; ++j) {
      std::int64_t sum = 0;
      for (std::int64_t word = 0; word < words; ++word) {
        sum += __builtin_popcountll(rows.first[i][word] & columns.first[j][word]);
      }
      counts[i][j] = static_cast<std::int32_t>(sum);
    }
  }
}

CountTile best_count() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) return count_avx512;
  if (__builtin_cpu_supports("popcnt")) return count_popcnt;
  return count_portable;
}

// Four planes from `first` on. After the last one it is repeated, and its counts are not kept.
Planes planes_from(MatrixView<std::uint64_t const> planes, std::int64_t first) {
  Planes found{};
  for (int i = 0; i < tile; ++i) {
    found.first[i] = planes.data + std::min(first + i, planes.rows - 1) * planes.stride;
  }
  return found;
}

}  // namespace

void contrast_gram(CpuSpace const& space, MatrixView<std::uint64_t const> planes, MatrixView<std::int32_t> gram) {
  static CountTile const count = best_count();
  std::int64_t const tiles = (planes.rows + tile - 1) / tile;
#pragma omp parallel for num_threads(space.threads) schedule(dynamic, 4)
  for (std::int64_t i = 0; i < tiles; ++i) {
    Planes const rows = planes_from(planes, i * tile);
    for (std::int64_t j = 0; j <= i; ++j) {
      Counts counts;
      count(rows, planes_from(planes, j * tile), planes.columns, counts);
      for (std::int64_t row = i * tile; row < std::min((i + 1) * tile, planes.rows); ++row) {
        for (std::int64_t column = j * tile; column < std::min((j + 1) * tile, row + 1); ++column) {
          gram.data[row * gram.stride + column] = counts[row - i * tile][column - j * tile];
        }
      }
    }
  }
}

}  // namespace shoal::kernels
