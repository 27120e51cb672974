// SPDX-License-Identifier: MIT
#include "motif/discovery/sliding.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/index.hpp"
#include "motif/wide_clones.hpp"

namespace shoal::motif {

namespace {

using Words __attribute__((vector_size(64), aligned(2), may_alias)) = std::int16_t;
using WideSums __attribute__((vector_size(64), may_alias)) = std::int32_t;
using Lanes __attribute__((vector_size(32), aligned(4), may_alias)) = float;
using LaneBits __attribute__((vector_size(32), may_alias)) = std::int32_t;
constexpr std::int64_t offsets_at_once = 4;
constexpr std::int64_t channels = 8;

// The sum of all lanes. GCC and Clang both know this form of the shuffle; an instruction set's clone inlines it.
[[gnu::always_inline]] inline std::int32_t sum_of_lanes(WideSums const& lanes) {
  WideSums sums = lanes;
  sums += __builtin_shufflevector(sums, sums, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  sums += __builtin_shufflevector(sums, sums, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  sums += __builtin_shufflevector(sums, sums, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return sums[0] + sums[1];
}

// For rounded values x of a child and y of its parent under it, at offsets 0 … offsets - 1 (whole groups of
// offsets_at_once): high = Σ max(x, y), low = Σ min(-x, y). `last` keeps what the child covers of its last 32 places.
SHOAL_WORD_CLONES void slide_rounded(std::int16_t const* child, std::int64_t words, std::int16_t const* last,
                                     std::int16_t const* parent, std::int64_t offsets, std::int32_t* high,
                                     std::int32_t* low) {
  constexpr std::int64_t width = 32;
  for (std::int64_t begin = 0; begin < offsets; begin += offsets_at_once) {
    Words above[offsets_at_once] = {}, below[offsets_at_once] = {};
    std::int16_t const* const from = parent + begin * channels;
    for (std::int64_t w = 0; w < words; ++w) {
      Words const x = *reinterpret_cast<Words const*>(child + w * width);
      Words const minus = -x;
      Words const kept = *reinterpret_cast<Words const*>(last + (w + 1 < words ? 0 : width));
      for (std::int64_t o = 0; o < offsets_at_once; ++o) {
        Words const y = *reinterpret_cast<Words const*>(from + o * channels + w * width) & kept;
        above[o] += x > y ? x : y;
        below[o] += minus < y ? minus : y;
      }
    }
    for (std::int64_t o = 0; o < offsets_at_once; ++o) {
      auto const up = reinterpret_cast<WideSums>(above[o]), down = reinterpret_cast<WideSums>(below[o]);
      high[begin + o] = sum_of_lanes(((up << 16) >> 16) + (up >> 16));
      low[begin + o] = sum_of_lanes(((down << 16) >> 16) + (down >> 16));
    }
  }
}

// J of a child and what lies under it, in single precision: one chain per channel, then a tree over channels.
SHOAL_WIDE_CLONES float jaccard_of(float const* child, float const* parent, std::int64_t length) {
  Lanes sums = {}, differences = {};
  for (std::int64_t i = 0; i < length; ++i) {
    Lanes const x = *reinterpret_cast<Lanes const*>(child + i * channels);
    Lanes const y = *reinterpret_cast<Lanes const*>(parent + i * channels);
    sums += reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(x + y) & 0x7fffffff);
    differences += reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(x - y) & 0x7fffffff);
  }
  float const sum = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  float const difference = ((differences[0] + differences[4]) + (differences[1] + differences[5])) +
                           ((differences[2] + differences[6]) + (differences[3] + differences[7]));
  float const all = sum + difference;
  return all > 0 ? (sum - difference) / all : 0;
}

std::int64_t whole_groups(std::int64_t offsets) {
  return (offsets + offsets_at_once - 1) / offsets_at_once * offsets_at_once;
}

// Sum of the `number` largest sizes.
float largest_sum(std::vector<float> sizes, std::int64_t number) {
  number = std::min(number, static_cast<std::int64_t>(sizes.size()));
  std::ranges::nth_element(sizes, sizes.begin() + number - 1, std::greater<>());
  float sum = 0;
  for (std::int64_t i = 0; i < number; ++i) sum += sizes[at(i)];
  return sum;
}

}  // namespace

SlidingProfiles::SlidingProfiles(std::vector<Profile> const& profiles, std::int64_t pad)
    : number_(static_cast<std::int64_t>(profiles.size())),
      length_(profiles.empty() ? 0 : profiles.front().length),
      pad_(pad),
      offsets_(1 + 2 * pad) {
  for (Profile const& profile : profiles) {
    Profile const turned = reversed(profile);
    values_.insert(values_.end(), profile.values.begin(), profile.values.end());
    values_.insert(values_.end(), turned.values.begin(), turned.values.end());
  }
  round_all();
}

void SlidingProfiles::round_all() {
  // A lane adds one of each 32 values: of two profiles at most twice the sum of so many largest values.
  std::int64_t const size = length_ * channels;
  float largest = 1e-30F, nonzero = 0;
  for (std::int64_t i = 0; i < number_; ++i) {
    std::vector<float> sizes;
    float number = 0;
    for (std::int64_t f = 0; f < size; ++f) {
      sizes.push_back(std::abs(values_[place(i, 0, size) + at(f)]));
      number += sizes.back() > 0 ? 1.0F : 0.0F;
    }
    largest = std::max(largest, largest_sum(std::move(sizes), words()));
    nonzero = std::max(nonzero, number);
  }
  scale_ = static_cast<float>(32'766 - words()) / (2 * largest);
  most_error_ = nonzero;  // half a unit for each value of both profiles
  rounded_.assign(place(number_, 0, words() * lanes), 0);
  for (std::int64_t i = 0; i < number_; ++i) {
    std::int32_t sum = 0, whole = 0;
    for (int strand = 0; strand < 2; ++strand) {
      for (std::int64_t f = 0; f < size; ++f) {
        auto const value = static_cast<std::int16_t>(std::lrint(values_[place(i, strand, size) + at(f)] * scale_));
        rounded_[place(i, strand, words() * lanes) + at(f)] = value;
        sum += strand == 0 ? value : 0;
        whole += strand == 0 ? std::abs(value) : 0;
      }
    }
    sums_.push_back(sum);
    sizes_.push_back(whole);
  }
}

SlidingProfiles::Parent::Parent(SlidingProfiles const& all) : all_(all) {
  std::int64_t const groups = whole_groups(all.offsets_);
  values_.assign(at((all.length_ + 2 * all.pad_) * channels), 0);
  // A last group of offsets and a last vector read beyond the padding.
  rounded_.assign(values_.size() + at(offsets_at_once * channels + lanes), 0);
  sums_.resize(at(all.offsets_));
  high_.resize(at(2 * groups));
  low_.resize(at(2 * groups));
  approximate_.resize(at(2 * all.offsets_));
}

void SlidingProfiles::Parent::set(std::int64_t profile) {
  std::int64_t const size = all_.length_ * channels;
  auto const values = all_.values_.begin() + static_cast<std::ptrdiff_t>(all_.place(profile, 0, size));
  std::copy(values, values + size, values_.begin() + all_.pad_ * channels);
  auto const rounded =
      all_.rounded_.begin() + static_cast<std::ptrdiff_t>(all_.place(profile, 0, all_.words() * lanes));
  std::copy(rounded, rounded + size, rounded_.begin() + all_.pad_ * channels);
  std::int32_t sum = 0;
  for (std::int64_t f = 0; f < size; ++f) sum += rounded_[at(f)];
  for (std::int64_t o = 0; o < all_.offsets_; ++o) {
    sums_[at(o)] = sum;
    for (std::int64_t c = 0; c < channels && o + 1 < all_.offsets_; ++c) {
      sum += rounded_[at(size + o * channels + c)] - rounded_[at(o * channels + c)];
    }
  }
}

float SlidingProfiles::Parent::exact(float const* child, std::int64_t offset) const {
  return jaccard_of(child, values_.data() + offset * channels, all_.length_);
}

float SlidingProfiles::Parent::best(std::int64_t child) {
  std::int64_t const size = all_.length_ * channels, words = all_.words(), groups = whole_groups(all_.offsets_);
  // [2, lanes] all of a vector, and what the last one covers.
  std::int16_t kept[2 * lanes];
  for (std::int64_t l = 0; l < lanes; ++l) {
    kept[l] = -1;
    kept[lanes + l] = static_cast<std::int16_t>((words - 1) * lanes + l < size ? -1 : 0);
  }
  float best = -2;
  for (int strand = 0; strand < 2; ++strand) {
    std::int32_t* const high = high_.data() + strand * groups;
    std::int32_t* const low = low_.data() + strand * groups;
    slide_rounded(all_.rounded_.data() + all_.place(child, strand, words * lanes), words, kept, rounded_.data(), groups,
                  high, low);
    for (std::int64_t o = 0; o < all_.offsets_; ++o) {
      // Σ|x - y| = 2 high - Σx - Σy and Σ|x + y| = Σy - Σx - 2 low.
      auto const same = static_cast<float>(sums_[at(o)] - high[o] - low[o]);
      auto const all = static_cast<float>(high[o] - low[o] - all_.sums_[at(child)]);
      float const similarity = all > 0 ? same / all : 0;
      approximate_[at(strand * all_.offsets_ + o)] = similarity;
      best = std::max(best, similarity);
    }
  }
  // Σ max, by which J is divided, is at least the sum of the child's sizes. Both sums of J err by most_error_ at most.
  float const whole = static_cast<float>(all_.sizes_[at(child)]) - all_.most_error_;
  float const margin = whole > 0 ? 4 * all_.most_error_ / whole : 4;
  float result = -2;
  for (std::int64_t i = 0; i < 2 * all_.offsets_; ++i) {
    if (approximate_[at(i)] < best - margin) continue;
    int const strand = i < all_.offsets_ ? 0 : 1;
    result = std::max(result, exact(all_.values_.data() + all_.place(child, strand, size), i - strand * all_.offsets_));
  }
  return result;
}

}  // namespace shoal::motif
