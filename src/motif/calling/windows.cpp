// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/calling/isotonic.hpp"
#include "motif/calling/legacy_random.hpp"
#include "motif/seqlets.hpp"

namespace shoal::motif {

namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
constexpr int mode_bins = 1000;
constexpr std::int64_t most_values = 1'000'000;
constexpr int null_draws = 10'000;
constexpr std::uint32_t seed = 1234;

// The borders of the fullest of 1,000 bins from the lowest to the highest value.
std::pair<double, double> fullest_bin(std::vector<double> const& values) {
  auto const [low, high] = std::ranges::minmax(values);
  double const from = low == high ? low - 0.5 : low, to = low == high ? high + 0.5 : high;
  double const step = (to - from) / mode_bins;
  auto const edge = [&](std::int64_t i) { return i == mode_bins ? to : from + static_cast<double>(i) * step; };
  std::vector<std::int64_t> counts(mode_bins, 0);
  for (double const value : values) {
    auto bin = static_cast<std::int64_t>((value - from) / (to - from) * mode_bins);
    bin = std::min<std::int64_t>(bin, mode_bins - 1);
    if (value < edge(bin)) --bin;
    if (bin < mode_bins - 1 && value >= edge(bin + 1)) ++bin;
    ++counts[at(bin)];
  }
  auto const fullest = std::ranges::max_element(counts) - counts.begin();
  return {edge(fullest), edge(fullest + 1)};
}

// Linear interpolation between order statistics; `values` is sorted.
double percentile(std::vector<double> const& values, double percent) {
  double const place = percent / 100 * static_cast<double>(values.size() - 1);
  auto const low = static_cast<std::size_t>(place);
  std::size_t const high = std::min(low + 1, values.size() - 1);
  double const part = place - static_cast<double>(low), step = values[high] - values[low];
  return part >= 0.5 ? values[high] - step * (1 - part) : values[low] + step * part;
}

struct NullDraws {
  std::vector<double> positive;
  std::vector<double> negative;
};

// Two Laplace distributions that meet at the mode, each with the steepest slope that a percentile gives.
NullDraws laplace_null(std::vector<double> const& sums) {
  auto const [first, last] = fullest_bin(sums);
  std::vector<double> inner;
  for (double const sum : sums) {
    if (first < sum && sum < last) inner.push_back(sum);
  }
  if (inner.empty()) fail(ErrorCode::numeric, "the sums of windows do not vary enough to find seqlets");
  auto const [low, high] = fullest_bin(inner);
  double const mode = (low + high) / 2;
  std::vector<double> above, below;
  for (double const sum : sums) {
    if (sum >= mode) above.push_back(sum);
    if (sum <= mode) below.push_back(sum);
  }
  if (above.empty() || below.empty()) fail(ErrorCode::numeric, "the sums of windows lie on one side of their mode");
  std::ranges::sort(above);
  std::ranges::sort(below);
  double slope_above = minus_infinity, slope_below = minus_infinity;
  for (int percent = 5; percent < 100; percent += 5) {
    double const quantile = -std::log(1 - percent / 100.0);
    slope_above = std::max(slope_above, quantile / (percentile(above, percent) - mode));
    slope_below = std::max(slope_below, quantile / std::abs(percentile(below, 100 - percent) - mode));
  }
  double const share = static_cast<double>(above.size()) / static_cast<double>(above.size() + below.size());
  LegacyRandom random(seed);
  NullDraws draws;
  for (int i = 0; i < null_draws; ++i) {
    bool const is_above = random.uniform() < share;
    double const tail = std::log(1 - random.uniform());
    double const value = is_above ? -tail / slope_above + mode : mode + tail / slope_below;
    (value >= 0 ? draws.positive : draws.negative).push_back(value);
  }
  return draws;
}

// The smallest value (in size) from which on the share of real sums keeps the false discovery rate. `values` and
// `draws` are sizes: not negative.
double isotonic_threshold(std::vector<double> values, std::vector<double> const& draws, double target) {
  if (values.empty()) return std::numeric_limits<double>::infinity();
  if (draws.empty()) return *std::ranges::min_element(values);
  std::ranges::sort(values);
  double const weight = static_cast<double>(values.size()) / static_cast<double>(draws.size());
  std::vector<WeightedPoint> points;
  for (double const value : values) points.push_back({value, 1, 1});
  for (double const value : draws) points.push_back({value, 0, weight});
  auto const fit = isotonic_fit(points);
  double const least = std::max(fit.front().y, 1e-7);
  double negatives = -1 / (1 - 1 / least);
  constexpr double least_negatives = 0.95;
  if (!(negatives <= 1 && negatives >= least_negatives))
    negatives = std::max(std::min(1.0, negatives), least_negatives);
  std::size_t place = 0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    while (fit[place].x < values[i]) ++place;
    double const precision = std::clamp(1 + negatives * (1 - 1 / std::max(fit[place].y, 1e-7)), 0.0, 1.0);
    if (precision >= 1 - target) return values[i];
  }
  return values.back();
}

// Sums of windows [loci, windows], from a running sum in float32 as NumPy's cumsum of float32 makes it.
std::vector<double> window_sums(AttributionMaps const& maps, std::int64_t window) {
  std::vector<double> sums;
  std::vector<float> running(at(maps.length + 1), 0);
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    for (std::int64_t i = 0; i < maps.length; ++i) running[at(i + 1)] = running[at(i)] + maps.projected(locus, i);
    for (std::int64_t i = 0; i + window <= maps.length; ++i) {
      sums.push_back(static_cast<double>(running[at(i + window)]) - static_cast<double>(running[at(i)]));
    }
  }
  return sums;
}

struct Thresholds {
  double positive = 0;
  double negative = 0;  // not above 0
};

Thresholds find_thresholds(std::vector<double> const& sums, WindowOptions const& options) {
  NullDraws draws = laplace_null(sums);
  for (double& value : draws.negative) value = -value;
  std::vector<double> used = sums;
  if (static_cast<std::int64_t>(sums.size()) > most_values) {
    auto const order = LegacyRandom(seed).permutation(static_cast<std::int64_t>(sums.size()));
    used.resize(at(most_values));
    for (std::size_t i = 0; i < used.size(); ++i) used[i] = sums[at(order[i])];
  }
  std::vector<double> positive, negative, sizes;
  for (double const sum : used) {
    if (sum >= 0) positive.push_back(sum);
    if (sum < 0) negative.push_back(-sum);
    sizes.push_back(std::abs(sum));
  }
  Thresholds thresholds{isotonic_threshold(positive, draws.positive, options.target_fdr),
                        -isotonic_threshold(negative, draws.negative, options.target_fdr)};
  double passing = 0;
  for (double const sum : used) passing += sum >= thresholds.positive || sum <= thresholds.negative ? 1 : 0;
  passing /= static_cast<double>(used.size());
  std::ranges::sort(sizes);
  auto const force = [&](double share) {
    thresholds.positive = percentile(sizes, 100 * (1 - share));
    thresholds.negative = -thresholds.positive;
  };
  if (passing < options.least_passing) force(options.least_passing);
  if (passing > options.most_passing) force(options.most_passing);
  return thresholds;
}

// The strongest windows of a row first, each with what it suppresses; `sizes` is used up.
std::vector<std::int64_t> greedy_maxima(std::span<double> sizes, std::int64_t suppressed) {
  std::vector<std::int64_t> starts;
  for (;;) {
    auto const best = std::ranges::max_element(sizes);
    if (best == sizes.end() || *best == minus_infinity) return starts;
    std::int64_t const start = best - sizes.begin();
    starts.push_back(start);
    std::int64_t const first = std::max<std::int64_t>(0, start - suppressed);
    std::int64_t const last = std::min<std::int64_t>(static_cast<std::int64_t>(sizes.size()), start + suppressed + 1);
    std::fill(sizes.begin() + first, sizes.begin() + last, minus_infinity);
  }
}

// The size that a seqlet's core must exceed: that of the weaker threshold, at most the `weak` quantile of all sizes.
double core_threshold(std::vector<double> const& sums, Thresholds const& thresholds, double weak) {
  std::vector<double> sizes;
  for (double const sum : sums) sizes.push_back(std::abs(sum));
  std::ranges::sort(sizes);
  auto const share = [&sizes](double threshold) {
    auto const place = std::ranges::lower_bound(sizes, std::abs(threshold)) - sizes.begin();
    return threshold == 0 ? 0 : static_cast<double>(place) / static_cast<double>(sizes.size());
  };
  double const least = std::min(std::min(share(thresholds.positive), share(thresholds.negative)) - 0.0001, weak);
  auto const place = static_cast<std::int64_t>(least * static_cast<double>(sizes.size()));
  return sizes[at(std::max<std::int64_t>(0, place))];
}

}  // namespace

WindowSeqlets window_seqlets(AttributionMaps const& maps, WindowOptions const& options) {
  if (options.window < 1 || options.flank < 0 || options.window + 2 * options.flank > maps.length) {
    fail(ErrorCode::config, fmt::format("windows of {} with flanks of {} do not fit into maps of {} positions",
                                        options.window, options.flank, maps.length));
  }
  std::vector<double> sums = window_sums(maps, options.window);
  Thresholds const thresholds = find_thresholds(sums, options);
  double const core = core_threshold(sums, thresholds, options.weak_threshold);
  std::int64_t const windows = maps.length - options.window + 1;
  std::int64_t const suppressed = options.window / 2 + options.flank;
  WindowSeqlets found;
  found.positive_threshold = thresholds.positive;
  found.negative_threshold = thresholds.negative;
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    std::span<double> const row(sums.data() + locus * windows, at(windows));
    for (std::int64_t i = 0; i < windows; ++i) {
      double& sum = row[at(i)];
      bool const passes = sum >= thresholds.positive || sum <= thresholds.negative;
      bool const is_inside = i >= options.flank && i < windows - options.flank;
      sum = passes && is_inside ? std::abs(sum) : minus_infinity;
    }
    for (std::int64_t const start : greedy_maxima(row, suppressed)) {
      Seqlet seqlet;
      seqlet.locus = locus;
      seqlet.start = start - options.flank;
      seqlet.end = start + options.window + options.flank;
      for (std::int64_t i = start; i < start + options.window; ++i) seqlet.attribution += maps.projected(locus, i);
      if (seqlet.attribution > core) found.positive.push_back(seqlet);
      if (seqlet.attribution < -core) found.negative.push_back(seqlet);
    }
  }
  return found;
}

}  // namespace shoal::motif
