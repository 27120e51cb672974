// SPDX-License-Identifier: MIT
#include "motif/discovery/similarity.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "motif/discovery/sliding.hpp"
#include "motif/wide_clones.hpp"

namespace shoal::motif {

namespace {

constexpr std::int64_t channels = 8;

// Eight neighbouring offsets.
using Lanes __attribute__((vector_size(32), aligned(4), may_alias)) = float;
using LaneBits __attribute__((vector_size(32), may_alias)) = std::int32_t;
constexpr std::int64_t lanes = 8;
constexpr std::int64_t lanes_at_once = 3;
constexpr std::int64_t block = lanes * lanes_at_once;

std::int64_t whole_blocks(std::int64_t offsets) {
  return (offsets + block - 1) / block * block;
}

// Adds |x + y| and |x - y| for a fixed x and many y.
SHOAL_WIDE_CLONES void add_sizes(float x, float const* y, std::int64_t count, float* sums, float* differences) {
  for (std::int64_t i = 0; i < count; ++i) {
    sums[i] += __builtin_fabsf(x + y[i]);
    differences[i] += __builtin_fabsf(x - y[i]);
  }
}

void divide(Columns const& columns, std::int64_t channel, Profile& profile) {
  float sum = 0;
  for (Column const& column : columns) {
    for (double const value : column) sum += std::abs(static_cast<float>(value));
  }
  if (sum == 0) sum = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t base = 0; base < 4; ++base) {
      profile.values[i * channels + at(channel) + base] = static_cast<float>(columns[i][base]) / sum;
    }
  }
}

// Values channel by channel [8, pad + length + pad], so that neighbouring offsets lie side by side.
std::vector<float> padded_rows(Profile const& profile, std::int64_t pad, std::int64_t stride) {
  // A last block of offsets reads beyond the last row.
  std::vector<float> rows(at(channels * stride + block), 0);
  for (std::int64_t i = 0; i < profile.length; ++i) {
    for (std::int64_t c = 0; c < channels; ++c) {
      rows[at(c * stride + pad + i)] = profile.values[at(i * channels + c)];
    }
  }
  return rows;
}

// Σ|x + y| and Σ|x - y| of `child` at offsets 0 … offsets - 1 (whole blocks) of padded rows, each in the order of
// positions and channels. The sums stay in registers.
SHOAL_WIDE_CLONES void slide(float const* child, std::int64_t length, float const* rows, std::int64_t stride,
                             std::int64_t offsets, float* sums, float* differences) {
  for (std::int64_t begin = 0; begin < offsets; begin += block) {
    Lanes sum[lanes_at_once] = {}, difference[lanes_at_once] = {};
    for (std::int64_t i = 0; i < length; ++i) {
      for (std::int64_t c = 0; c < channels; ++c) {
        float const x = child[i * channels + c];
        float const* const y = rows + c * stride + i + begin;
        for (std::int64_t l = 0; l < lanes_at_once; ++l) {
          Lanes const other = *reinterpret_cast<Lanes const*>(y + l * lanes);
          sum[l] += reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(x + other) & 0x7fffffff);
          difference[l] += reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(x - other) & 0x7fffffff);
        }
      }
    }
    for (std::int64_t l = 0; l < lanes_at_once; ++l) {
      *reinterpret_cast<Lanes*>(sums + begin + l * lanes) = sum[l];
      *reinterpret_cast<Lanes*>(differences + begin + l * lanes) = difference[l];
    }
  }
}

float jaccard(float sum, float difference) {
  float const all = sum + difference;
  return all > 0 ? (sum - difference) / all : 0;
}

struct Best {
  float similarity = -2;
  std::int64_t offset = 0;
};

Best best_offset(Profile const& child, std::vector<float> const& rows, std::int64_t stride, std::int64_t offsets,
                 std::vector<float>& work) {
  std::int64_t const whole = whole_blocks(offsets);
  work.resize(at(2 * whole));
  slide(child.values.data(), child.length, rows.data(), stride, whole, work.data(), work.data() + whole);
  Best best;
  for (std::int64_t o = 0; o < offsets; ++o) {
    float const similarity = jaccard(work[at(o)], work[at(whole + o)]);
    if (similarity > best.similarity) best = {similarity, o};
  }
  return best;
}

}  // namespace

Profile profile_of(Columns const& hypothetical, Columns const& contributions) {
  Profile profile{static_cast<std::int64_t>(hypothetical.size()), {}};
  profile.values.resize(hypothetical.size() * channels);
  divide(hypothetical, 0, profile);
  divide(contributions, 4, profile);
  return profile;
}

Profile profile_of(AttributionMaps const& maps, Seqlet const& seqlet) {
  return profile_of(hypothetical_of(maps, seqlet), contributions_of(maps, seqlet));
}

Profile profile_of(SeqletPattern const& pattern) {
  return profile_of(pattern.hypothetical(), pattern.contributions());
}

Profile reversed(Profile const& profile) {
  Profile other = profile;
  for (std::int64_t i = 0; i < profile.length; ++i) {
    for (std::int64_t c = 0; c < channels; ++c) {
      std::int64_t const from = (profile.length - 1 - i) * channels + c / 4 * 4 + 3 - c % 4;
      other.values[at(i * channels + c)] = profile.values[at(from)];
    }
  }
  return other;
}

Alignment align_by_jaccard(Profile const& parent, Profile const& child, double overlap) {
  auto const pad = static_cast<std::int64_t>(std::ceil(static_cast<double>(child.length) * (1 - overlap)));
  std::int64_t const stride = parent.length + 2 * pad, offsets = 1 + stride - child.length;
  if (offsets < 1) return {};
  auto const rows = padded_rows(parent, pad, stride);
  std::vector<float> work;
  Best const forward = best_offset(child, rows, stride, offsets, work);
  Best const backward = best_offset(reversed(child), rows, stride, offsets, work);
  if (backward.similarity > forward.similarity) return {backward.similarity, backward.offset - pad, true};
  return {forward.similarity, forward.offset - pad, false};
}

namespace {

// Minus the mean, divided by the root of the sum of squares.
std::vector<double> standardised(Columns const& columns, bool is_reversed) {
  std::vector<double> values;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Column const& column = columns[is_reversed ? columns.size() - 1 - i : i];
    for (std::size_t base = 0; base < 4; ++base) values.push_back(column[is_reversed ? 3 - base : base]);
  }
  double mean = 0, square = 0;
  for (double const value : values) mean += value;
  mean /= static_cast<double>(values.size());
  for (double& value : values) value -= mean;
  for (double const value : values) square += value * value;
  for (double& value : values) value /= std::sqrt(square) + 1e-7;
  return values;
}

}  // namespace

Alignment align_by_correlation(Columns const& parent, Columns const& child, double overlap) {
  auto const length = static_cast<std::int64_t>(child.size());
  auto const pad = static_cast<std::int64_t>(std::ceil(static_cast<double>(length) * (1 - overlap)));
  std::vector<double> rows(at(4 * (static_cast<std::int64_t>(parent.size()) + 2 * pad)), 0);
  auto const middle = standardised(parent, false);
  std::ranges::copy(middle, rows.begin() + 4 * pad);
  std::int64_t const offsets = 1 + static_cast<std::int64_t>(parent.size()) + 2 * pad - length;
  Alignment best{-2, 0, false};
  for (bool const is_reversed : {false, true}) {
    auto const values = standardised(child, is_reversed);
    double own = 0;
    for (double const value : values) own += value * value;
    for (std::int64_t o = 0; o < offsets; ++o) {
      double product = 0, square = 0;
      for (std::int64_t i = 0; i < 4 * length; ++i) {
        double const other = rows[at(4 * o + i)];
        product += values[at(i)] * other;
        square += other * other;
      }
      double const size = std::sqrt(own) * std::sqrt(square);
      double const similarity = size > 0 ? product / size : 0;
      if (similarity > best.similarity) best = {similarity, o - pad, is_reversed};
    }
  }
  return best;
}

std::vector<float> neighbour_similarities(AttributionMaps const& maps, std::span<Seqlet const> seqlets,
                                          std::vector<std::int32_t> const& neighbours, std::int64_t k, double overlap,
                                          int threads) {
  std::vector<Profile> profiles;
  for (Seqlet const& seqlet : seqlets) profiles.push_back(profile_of(maps, seqlet));
  auto const number = static_cast<std::int64_t>(seqlets.size());
  std::vector<float> similarities(at(number * k));
  if (number == 0) return similarities;
  auto const pad = static_cast<std::int64_t>(static_cast<double>(profiles.front().length) * (1 - overlap));
  SlidingProfiles const sliding(profiles, pad);
#pragma omp parallel num_threads(threads) if (threads > 1)
  {
    SlidingProfiles::Parent parent(sliding);
#pragma omp for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < number; ++i) {
      parent.set(i);
      for (std::int64_t n = i * k; n < (i + 1) * k; ++n) similarities[at(n)] = parent.best(neighbours[at(n)]);
    }
  }
  return similarities;
}

std::vector<float> all_similarities(std::vector<Profile> const& ones, std::vector<Profile> const& others, int threads) {
  auto const columns = static_cast<std::int64_t>(ones.size()), rows = static_cast<std::int64_t>(others.size());
  std::vector<float> similarities(at(columns * rows));
  if (columns == 0 || rows == 0) return similarities;
  std::int64_t const size = std::min(ones[0].length, others[0].length) * channels;
  std::vector<float> turned(at(size * columns));
  for (std::int64_t j = 0; j < columns; ++j) {
    for (std::int64_t f = 0; f < size; ++f) turned[at(f * columns + j)] = ones[at(j)].values[at(f)];
  }
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8) if (threads > 1)
  for (std::int64_t i = 0; i < rows; ++i) {
    std::vector<float> sums(at(columns), 0), differences(at(columns), 0);
    for (std::int64_t f = 0; f < size; ++f) {
      add_sizes(others[at(i)].values[at(f)], turned.data() + f * columns, columns, sums.data(), differences.data());
    }
    for (std::int64_t j = 0; j < columns; ++j)
      similarities[at(i * columns + j)] = jaccard(sums[at(j)], differences[at(j)]);
  }
  return similarities;
}

}  // namespace shoal::motif
