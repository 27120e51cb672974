// SPDX-License-Identifier: MIT
#include "motif/matching/target_columns.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/index.hpp"
#include "motif/wide_clones.hpp"

namespace shoal::motif {

namespace {

// Replaces every column by the first of those that round to the same levels of each base's range.
void merge_alike(std::vector<std::vector<Column>>& motifs, int bins) {
  Column low, high;
  low.fill(INFINITY);
  high.fill(-INFINITY);
  for (auto const& motif : motifs) {
    for (Column const& column : motif) {
      for (std::size_t base = 0; base < 4; ++base) {
        low[base] = std::min(low[base], column[base]);
        high[base] = std::max(high[base], column[base]);
      }
    }
  }
  std::map<std::array<long, 4>, Column> first;
  for (auto& motif : motifs) {
    for (Column& column : motif) {
      std::array<long, 4> key{};
      for (std::size_t base = 0; base < 4; ++base) {
        double const range = high[base] > low[base] ? high[base] - low[base] : 1;
        key[base] = std::lrint((column[base] - low[base]) / range * (bins - 1));
      }
      column = first.emplace(key, column).first->second;
    }
  }
}

// This file is compiled without errno and traps of mathematics, so that square roots become vectors.
SHOAL_WIDE_CLONES void levels_of(float const* a, float const* c, float const* g, float const* t, float const* norm,
                                 std::int64_t places, std::array<float, 4> const& twice, float own, float scale,
                                 std::uint16_t* level) {
  float const twice_a = twice[0], twice_c = twice[1], twice_g = twice[2], twice_t = twice[3];
  for (std::int64_t i = 0; i < places; ++i) {
    float square = own + norm[i];
    square -= twice_a * a[i];
    square -= twice_c * c[i];
    square -= twice_g * g[i];
    square -= twice_t * t[i];
    square = square > 0 ? square : 0;
    level[i] = static_cast<std::uint16_t>(static_cast<std::int32_t>(__builtin_sqrtf(square) * scale + 0.5F));
  }
}

// Counts in two tables, so that equal levels in a row do not wait for each other. Numbers of 16 bits keep both in the
// first cache; stretches are short enough for them.
void count(std::vector<std::uint16_t> const& level, std::array<std::uint32_t, distance_levels>& counts) {
  constexpr std::size_t stretch = 1 << 17;
  counts.fill(0);
  for (std::size_t begin = 0; begin < level.size(); begin += stretch - 2) {
    std::array<std::array<std::uint16_t, distance_levels>, 2> tables{};
    std::size_t const end = std::min(level.size(), begin + stretch - 2);
    std::size_t i = begin;
    for (; i + 1 < end; i += 2) {
      ++tables[0][level[i]];
      ++tables[1][level[i + 1]];
    }
    if (i < end) ++tables[0][level[i]];
    for (std::size_t l = 0; l < counts.size(); ++l) {
      counts[l] += static_cast<std::uint32_t>(tables[0][l]) + static_cast<std::uint32_t>(tables[1][l]);
    }
  }
}

// The median level; of an even number of distances the mean of the middle two.
double exact_median(ColumnDistances const& distances, std::int64_t columns) {
  std::int64_t const low = (columns - 1) / 2, high = columns / 2;
  std::int64_t before = 0;
  double sum = 0;
  for (int l = distances.nearest; l <= distances.farthest; ++l) {
    std::int64_t const after = before + distances.counts[at(l)];
    if (before <= low && low < after) sum += l;
    if (before <= high && high < after) return (sum + l) / 2;
    before = after;
  }
  return sum;
}

// Scores, which grow as distances shrink, in 1,000 bins: the mean of the bin in which half of them are passed.
double bin_median(ColumnDistances const& distances, std::int64_t columns) {
  int const range = distances.farthest - distances.nearest;
  if (range == 0) return distances.nearest;
  double before = 0, in_bin = 0, sum = 0;
  int bin = 0;
  for (int l = distances.farthest; l >= distances.nearest; --l) {
    double const number = distances.counts[at(l)];
    if (number == 0) continue;
    int const own = static_cast<int>(static_cast<double>(distances.farthest - l) / range * 999);
    if (own != bin) {
      before += in_bin;
      if (before >= static_cast<double>(columns) / 2) break;
      bin = own;
      in_bin = sum = 0;
    }
    in_bin += number;
    sum += number * l;
  }
  return sum / in_bin;
}

}  // namespace

TargetColumns::TargetColumns(std::vector<Motif> const& motifs, ComparisonOptions const& options)
    : bin_means(options.target_bins > 0) {
  std::vector<std::vector<Column>> all;
  for (Motif const& motif : motifs) all.push_back(motif.columns);
  if (options.both_strands) {
    for (Motif const& motif : motifs) all.push_back(reverse_complement(motif.columns));
  }
  if (options.target_bins > 0) merge_alike(all, options.target_bins);
  targets = static_cast<std::int64_t>(all.size());
  std::map<std::int64_t, std::vector<std::int32_t>> by_width;
  for (std::size_t i = 0; i < all.size(); ++i) {
    by_width[static_cast<std::int64_t>(all[i].size())].push_back(static_cast<std::int32_t>(i));
  }
  for (auto const& [width, of_width] : by_width) {
    longest = width;
    for (std::size_t begin = 0; begin < of_width.size(); begin += at(lanes)) {
      std::size_t const end = std::min(of_width.size(), begin + at(lanes));
      add_group(all, {places(), width, {of_width.begin() + begin, of_width.begin() + end}});
    }
  }
}

void TargetColumns::add_group(std::vector<std::vector<Column>> const& all, Group group) {
  for (std::int64_t c = 0; c < group.width; ++c) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      bool const is_filled = at(lane) < group.targets.size();
      Column const column = is_filled ? all[at(group.targets[at(lane)])][at(c)] : Column{};
      float sum = 0;
      for (std::size_t b = 0; b < 4; ++b) {
        auto const value = static_cast<float>(column[b]);
        base[b].push_back(value);
        sum += value * value;
      }
      norm.push_back(sum);
      filled.push_back(is_filled ? -1 : 0);
      columns += is_filled ? 1 : 0;
    }
  }
  groups.push_back(std::move(group));
}

void measure(TargetColumns const& targets, Column const& column, double largest, ColumnDistances& result) {
  std::array<float, 4> twice{};
  float own = 0;
  for (std::size_t b = 0; b < 4; ++b) {
    auto const value = static_cast<float>(column[b]);
    twice[b] = 2 * value;
    own += value * value;
  }
  auto const scale = static_cast<float>((distance_levels - 1) / largest);
  std::int64_t const places = targets.places();
  result.level.resize(at(places));
  levels_of(targets.base[0].data(), targets.base[1].data(), targets.base[2].data(), targets.base[3].data(),
            targets.norm.data(), places, twice, own, scale, result.level.data());
  count(result.level, result.counts);
  // Empty places are columns of zeros, all at one level.
  auto const empty = static_cast<std::uint16_t>(static_cast<std::int32_t>(std::sqrt(own) * scale + 0.5F));
  result.counts[empty] -= static_cast<std::uint32_t>(places - targets.columns);
  result.nearest = 0;
  while (result.counts[at(result.nearest)] == 0) ++result.nearest;
  result.farthest = distance_levels - 1;
  while (result.counts[at(result.farthest)] == 0) --result.farthest;
  double const median = targets.bin_means ? bin_median(result, targets.columns) : exact_median(result, targets.columns);
  result.median = median * largest / (distance_levels - 1);
}

}  // namespace shoal::motif
