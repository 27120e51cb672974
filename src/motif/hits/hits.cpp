// SPDX-License-Identifier: MIT
#include "motif/hits.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "base/index.hpp"
#include "motif/hits/motif_windows.hpp"
#include "motif/hits/sparse_fit.hpp"

namespace shoal::motif {

namespace {

void check(HitOptions const& options) {
  auto const refuse = [](std::string_view name, double value, std::string_view range) {
    fail(ErrorCode::config, fmt::format("{} {}: give a number {}", name, value, range));
  };
  if (!(options.penalty > 0 && options.penalty <= 1)) refuse("--hit-penalty", options.penalty, "above 0, at most 1");
  if (!(options.trim >= 0 && options.trim <= 1)) refuse("--hit-trim", options.trim, "of 0 to 1");
  if (!(options.gap > 0)) refuse("--hit-gap", options.gap, "above 0");
}

// Sums over the positions under a placed motif.
struct Overlap {
  double product = 0;     // of the motif's weights and y
  double square = 0;      // of y
  double weight = 0;      // of the squares of the motif's weights at the sequence's bases
  double importance = 0;  // of y
};

Overlap overlap_of(MotifWindows const& motif, std::int64_t start, std::span<std::uint8_t const> codes,
                   std::span<double const> y) {
  Overlap sums;
  for (std::int64_t i = 0; i < motif.width(); ++i) {
    double const value = y[at(start + i)], weight = motif.weight(i, codes[at(start + i)]);
    sums.product += weight * value;
    sums.square += value * value;
    sums.weight += weight * weight;
    sums.importance += value;
  }
  return sums;
}

}  // namespace

HitFinder::HitFinder(std::vector<WeightMotif> const& motifs, HitOptions const& options) : options_(options) {
  check(options);
  for (std::size_t m = 0; m < motifs.size(); ++m) {
    for (bool const is_reversed : {false, true}) {
      windows_.emplace_back(motifs[m].weights, options.trim, is_reversed, static_cast<std::int64_t>(m));
    }
    if (windows_.back().width() == 0) {
      fail(ErrorCode::input, fmt::format("the motif {} has no weight other than 0", motifs[m].name));
    }
  }
}

HitFinder::~HitFinder() = default;

LocusHits HitFinder::find_one(AttributionMaps const& maps, std::int64_t locus) const {
  LocusHits found;
  auto const codes = std::span(maps.codes).subspan(at(locus * maps.length), at(maps.length));
  std::vector<double> y(codes.size());
  double sum = 0;
  for (std::size_t p = 0; p < y.size(); ++p) {
    y[p] = maps.projected(locus, static_cast<std::int64_t>(p));
    sum += y[p] * y[p];
  }
  double const scale = std::sqrt(sum / static_cast<double>(y.size()));
  if (!(scale > 0)) return found;
  for (double& value : y) value /= scale;
  SparseFit const fit =
      fit_sparse(windows_, codes, y, options_.penalty, options_.gap * static_cast<double>(maps.length));
  double left = 0;
  for (double const value : fit.residual) left += value * value;
  found.fit = {.scale = scale,
               .objective = fit.objective,
               .gap = fit.gap,
               .explained = 1 - left / static_cast<double>(y.size()),
               .passes = fit.passes};
  for (Placement const& placement : fit.placements) {
    MotifWindows const& motif = windows_[placement.window];
    Overlap const sums = overlap_of(motif, placement.start, codes, y);
    double const similarity = sums.square > 0 ? sums.product / std::sqrt(sums.square) : 0;
    if (similarity < options_.penalty) continue;
    found.hits.push_back({.locus = locus,
                          .motif = motif.motif(),
                          .start = placement.start,
                          .end = placement.start + motif.width(),
                          .is_reversed = motif.is_reversed() ? 1 : 0,
                          .coefficient = placement.coefficient,
                          .strength = placement.coefficient * scale * std::sqrt(sums.weight / (sums.square + 1)),
                          .similarity = similarity,
                          .importance = sums.importance * scale});
  }
  found.hits = without_doubles(found.hits);
  std::ranges::stable_sort(found.hits, {}, [](Hit const& hit) { return std::tuple{hit.start, hit.motif}; });
  return found;
}

std::vector<LocusHits> HitFinder::find(AttributionMaps const& maps, std::int64_t first, std::int64_t last) const {
  std::vector<LocusHits> found(at(std::max<std::int64_t>(0, last - first)));
#pragma omp parallel for schedule(dynamic) num_threads(options_.threads)
  for (std::int64_t locus = first; locus < last; ++locus) found[at(locus - first)] = find_one(maps, locus);
  return found;
}

double strength_at_rate(std::vector<double> strengths, std::vector<double> control_strengths, double positions_ratio,
                        double target) {
  std::ranges::sort(strengths, std::greater<>());
  std::ranges::sort(control_strengths, std::greater<>());
  double least = std::numeric_limits<double>::infinity();
  std::size_t controls = 0;
  for (std::size_t i = 0; i < strengths.size(); ++i) {
    if (i + 1 < strengths.size() && strengths[i + 1] == strengths[i]) continue;
    while (controls < control_strengths.size() && control_strengths[controls] >= strengths[i]) ++controls;
    double const rate = static_cast<double>(controls + 1) * positions_ratio / static_cast<double>(i + 1);
    if (rate <= target) least = strengths[i];
  }
  return least;
}

std::vector<Hit> without_doubles(std::vector<Hit> const& hits) {
  std::vector<std::size_t> order(hits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return hits[a].coefficient > hits[b].coefficient; });
  std::vector<char> is_kept(hits.size(), 0);
  std::vector<std::size_t> kept;
  for (std::size_t const i : order) {
    Hit const& hit = hits[i];
    bool const is_double = std::ranges::any_of(kept, [&](std::size_t j) {
      Hit const& other = hits[j];
      std::int64_t const shared = std::min(hit.end, other.end) - std::max(hit.start, other.start);
      return other.motif == hit.motif && 2 * shared > hit.end - hit.start;
    });
    if (is_double) continue;
    is_kept[i] = 1;
    kept.push_back(i);
  }
  std::vector<Hit> result;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (is_kept[i] != 0) result.push_back(hits[i]);
  }
  return result;
}

}  // namespace shoal::motif
