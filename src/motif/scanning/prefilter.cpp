// SPDX-License-Identifier: MIT
#include "motif/scanning/prefilter.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

#include "base/index.hpp"

namespace shoal::motif {

std::vector<std::uint8_t> pairs_of(genome::Codes const& codes) {
  std::vector<std::uint8_t> pairs(codes.size() + at(pairs_padding), unknown_pair);
  for (std::size_t i = 0; i + 1 < codes.size(); ++i) {
    if (codes[i] < 4 && codes[i + 1] < 4) pairs[i] = static_cast<std::uint8_t>(4 * codes[i] + codes[i + 1]);
  }
  return pairs;
}

Prefilter::Prefilter(std::vector<std::array<std::int32_t, 4>> const& columns, std::int64_t threshold) {
  std::int64_t slack = -threshold;
  for (auto const& column : columns) slack += std::ranges::max(column);
  is_empty_ = slack < 0;
  auto const deficit = [&](std::int64_t column, std::size_t base) {
    auto const& scores = columns[at(column)];
    return std::int64_t{std::ranges::max(scores)} - scores[base];
  };
  auto const width = static_cast<std::int64_t>(columns.size());
  for (std::int64_t done = 0; done < width; done += 2) {
    // Of an odd width's last pair only the second column is new.
    std::int64_t const offset = std::min(done, width - 2);
    Lookup& lookup = lookups_.emplace_back();
    for (std::size_t pair = 0; pair < 16; ++pair) {
      std::int64_t const both = (offset == done ? deficit(offset, pair / 4) : 0) + deficit(offset + 1, pair % 4);
      std::int64_t const share = slack > 0 ? 254 * both / slack : 255 * std::min<std::int64_t>(both, 1);
      lookup[pair] = static_cast<std::uint8_t>(std::min<std::int64_t>(share, 255));
    }
    offsets_.push_back(offset);
  }
}

bool Prefilter::may_reach(std::uint8_t const* pairs) const {
  int sum = 0;
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    std::uint8_t const pair = pairs[offsets_[i]];
    if (pair == unknown_pair) return false;
    sum += lookups_[i][pair];
  }
  return sum < 255;
}

void Prefilter::find_plain(std::uint8_t const* pairs, std::int64_t first, std::int64_t last,
                           std::vector<std::int64_t>& places) const {
  for (std::int64_t place = first; place < last; ++place) {
    if (may_reach(pairs + place)) places.push_back(place);
  }
}

#if defined(__x86_64__)
// Returns the first place that it did not look at.
__attribute__((target("avx2"))) std::int64_t Prefilter::find_wide(std::uint8_t const* pairs, std::int64_t last,
                                                                  std::vector<std::int64_t>& places) const {
  __m256i const full = _mm256_set1_epi8(static_cast<char>(0xFF));
  std::size_t const count = offsets_.size();
  std::int64_t place = 0;
  for (; place + 32 <= last; place += 32) {
    __m256i sums = _mm256_setzero_si256(), unknown = sums;
    for (std::size_t i = 0; i < count; ++i) {
      __m256i const pair = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(pairs + place + offsets_[i]));
      __m256i const lookup =
          _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<__m128i const*>(lookups_[i].data())));
      sums = _mm256_adds_epu8(sums, _mm256_shuffle_epi8(lookup, pair));
      unknown = _mm256_or_si256(unknown, pair);
    }
    auto const excluded =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(sums, full)) | _mm256_movemask_epi8(unknown));
    for (std::uint32_t rest = ~excluded; rest != 0; rest &= rest - 1) places.push_back(place + std::countr_zero(rest));
  }
  return place;
}
#else
std::int64_t Prefilter::find_wide(std::uint8_t const*, std::int64_t, std::vector<std::int64_t>&) const {
  return 0;
}
#endif

void Prefilter::find(std::vector<std::uint8_t> const& pairs, std::int64_t last,
                     std::vector<std::int64_t>& places) const {
  if (is_empty_) return;
  std::int64_t first = 0;
#if defined(__x86_64__)
  static bool const is_wide = __builtin_cpu_supports("avx2") != 0;
  if (is_wide) first = find_wide(pairs.data(), last, places);
#endif
  find_plain(pairs.data(), first, last, places);
}

}  // namespace shoal::motif
