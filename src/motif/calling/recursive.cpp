// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/seqlets.hpp"
#include "motif/wide_clones.hpp"

namespace shoal::motif {

namespace {

SHOAL_WIDE_CLONES void add_scaled(double const* values, std::int64_t count, double factor, double* into) {
  for (std::int64_t i = 0; i < count; ++i) into[i] += values[i] * factor;
}

std::vector<std::int64_t> bins_of(double const* values, std::int64_t count, double lowest, double width,
                                  std::int64_t bins) {
  std::vector<std::int64_t> result(at(count));
  for (std::int64_t i = 0; i < count; ++i) {
    auto const bin = static_cast<std::int64_t>(std::floor((values[i] - lowest) / width));
    result[at(i)] = std::clamp<std::int64_t>(bin, 0, bins - 1);
  }
  return result;
}

}  // namespace

std::vector<double> projected_track(AttributionMaps const& maps, int sign) {
  std::vector<double> track;
  track.reserve(at(maps.loci * maps.length));
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    for (std::int64_t i = 0; i < maps.length; ++i)
      track.push_back(sign * static_cast<double>(maps.projected(locus, i)));
  }
  return track;
}

// One span below the threshold.
struct RecursiveCaller::Span {
  std::int64_t start;
  double p;      // the largest of its own p-value and those of its beginnings
  double worst;  // the largest of all spans within it
};

RecursiveCaller::RecursiveCaller(std::vector<double> const& track, RecursiveOptions const& options)
    : options_(options) {
  if (options.shortest < 1 || options.longest < options.shortest || options.longest > 1000) {
    fail(ErrorCode::config, "lengths of seqlets are 1 to 1,000, the shortest no longer than the longest");
  }
  if (options.bins < 2 || options.bins > 100'000) fail(ErrorCode::config, "bins are 2 to 100,000");
  if (!(options.threshold <= 1)) fail(ErrorCode::config, "the threshold is at most 1");
  if (track.empty()) fail(ErrorCode::config, "there are no maps");
  auto const [low, high] = std::ranges::minmax(track);
  lowest_ = low;
  width_ = (high - low) / static_cast<double>(options.bins - 1);
  if (high == low) return;
  std::vector<double> shares(at(options.bins), 0);
  auto const number = static_cast<std::int64_t>(track.size());
  for (std::int64_t const bin : bins_of(track.data(), number, lowest_, width_, options.bins)) shares[at(bin)] += 1;
  for (double& share : shares) share /= static_cast<double>(number);
  std::vector<double> sums = shares;
  tails_.resize(at(options.longest + 1));
  for (std::int64_t count = 1; count <= options.longest; ++count) {
    if (count > 1) {
      std::vector<double> next(at(options.bins * count), 0);
      for (std::int64_t bin = options.bins - 1; bin >= 0; --bin) {
        if (shares[at(bin)] == 0) continue;
        add_scaled(sums.data(), static_cast<std::int64_t>(sums.size()), shares[at(bin)], next.data() + bin);
      }
      sums.swap(next);
    }
    // From the top, because 1 - CDF would lose small tails.
    auto& tail = tails_[at(count)];
    tail.assign(sums.size() + 1, 0);
    for (std::size_t i = sums.size(); i-- > 0;) tail[i] = tail[i + 1] + sums[i];
  }
}

double RecursiveCaller::tail(std::int64_t count, std::int64_t sum) const {
  return tails_[at(count)][at(sum)];
}

std::vector<Seqlet> RecursiveCaller::call(std::vector<double> const& track, std::int64_t length,
                                          double threshold) const {
  std::vector<Seqlet> seqlets;
  if (width_ == 0 || length < options_.shortest) return seqlets;
  auto const loci = static_cast<std::int64_t>(track.size()) / length;
  std::vector<std::int64_t> sums(at(length + 1), 0);
  std::vector<double> values(at(length + 1), 0);
  std::vector<std::vector<Span>> by_length;  // [longest - shortest + 1]
  for (std::int64_t locus = 0; locus < loci; ++locus) {
    double const* const row = track.data() + locus * length;
    auto const bins = bins_of(row, length, lowest_, width_, options_.bins);
    for (std::int64_t i = 0; i < length; ++i) {
      sums[at(i + 1)] = sums[at(i)] + bins[at(i)];
      values[at(i + 1)] = values[at(i)] + row[i];
    }
    by_length.clear();
    std::vector<Span> current;
    for (std::int64_t count = options_.shortest; count <= std::min(options_.longest, length); ++count) {
      std::vector<Span> next;
      auto const consider = [&](std::int64_t start, double before, double within) {
        double const p = std::max(tail(count, sums[at(start + count)] - sums[at(start)]), before);
        double const worst = std::max(p, within);
        if (worst < threshold) next.push_back({start, p, worst});
      };
      if (count == options_.shortest) {
        for (std::int64_t start = 0; start + count <= length; ++start) consider(start, 0, 0);
      } else {
        for (std::size_t i = 0; i + 1 < current.size(); ++i) {
          if (current[i + 1].start == current[i].start + 1)
            consider(current[i].start, current[i].p, current[i + 1].worst);
        }
      }
      if (next.empty()) break;
      by_length.push_back(next);
      current.swap(next);
    }
    std::vector<char> taken(at(length), 0);
    for (std::size_t l = by_length.size(); l-- > 0;) {
      std::int64_t const count = options_.shortest + static_cast<std::int64_t>(l);
      std::ranges::stable_sort(by_length[l], {}, &Span::p);
      for (Span const& span : by_length[l]) {
        auto const first = taken.begin() + span.start;
        if (std::find(first, first + count, 1) != first + count) continue;
        std::fill(first, first + count, 1);
        Seqlet seqlet;
        seqlet.locus = locus;
        seqlet.start = std::max<std::int64_t>(0, span.start - options_.flanks);
        seqlet.end = std::min(length, span.start + count + options_.flanks);
        seqlet.attribution = values[at(seqlet.end)] - values[at(seqlet.start)];
        seqlet.p = tail(count, sums[at(span.start + count)] - sums[at(span.start)]);
        seqlets.push_back(seqlet);
      }
    }
  }
  return seqlets;
}

std::vector<FalseDiscovery> false_discovery_rates(RecursiveCaller const& caller, std::vector<double> const& track,
                                                  std::int64_t length, std::vector<double> const& control,
                                                  std::int64_t control_length) {
  std::vector<FalseDiscovery> rates;
  double const scale = static_cast<double>(track.size()) / static_cast<double>(control.size());
  bool is_over = false;  // once nothing is called, a stricter threshold calls nothing
  for (int step = 0; step < 117; ++step) {
    FalseDiscovery rate;
    rate.threshold = std::pow(10.0, -1 - step * 0.25);
    if (!is_over) {
      rate.calls = static_cast<std::int64_t>(caller.call(track, length, rate.threshold).size());
      rate.control_calls = static_cast<std::int64_t>(caller.call(control, control_length, rate.threshold).size());
      is_over = rate.calls == 0 && rate.control_calls == 0;
    }
    rate.rate = rate.calls > 0 ? static_cast<double>(rate.control_calls + 1) * scale / static_cast<double>(rate.calls)
                               : std::numeric_limits<double>::infinity();
    rates.push_back(rate);
  }
  return rates;
}

}  // namespace shoal::motif
