// SPDX-License-Identifier: MIT
#include "motif/hits/motif_windows.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "motif/wide_clones.hpp"

namespace shoal::motif {

namespace {

// sums[s] += Σ_b weights[b] × tracks[b][s]
SHOAL_WIDE_CLONES void add_column(double* sums, double const* a, double const* c, double const* g, double const* t,
                                  Column const& weights, std::size_t places) {
  double const wa = weights[0], wc = weights[1], wg = weights[2], wt = weights[3];
  for (std::size_t s = 0; s < places; ++s) sums[s] += (wa * a[s] + wc * c[s]) + (wg * g[s] + wt * t[s]);
}

SHOAL_WIDE_CLONES void add(double* sums, double const* values, std::size_t places) {
  for (std::size_t s = 0; s < places; ++s) sums[s] += values[s];
}

std::vector<Column> trimmed(std::vector<Column> const& weights, double trim) {
  std::vector<double> sizes;
  for (Column const& column : weights) {
    double size = 0;
    for (double const weight : column) size += std::abs(weight);
    sizes.push_back(size);
  }
  double const largest = sizes.empty() ? 0 : *std::ranges::max_element(sizes);
  if (!(largest > 0)) return {};
  auto const reaches = [&](double size) { return size >= trim * largest; };
  auto const first = std::ranges::find_if(sizes, reaches) - sizes.begin();
  auto const last = sizes.rend() - std::find_if(sizes.rbegin(), sizes.rend(), reaches);
  return {weights.begin() + first, weights.begin() + last};
}

}  // namespace

BaseTracks::BaseTracks(std::span<std::uint8_t const> codes, std::span<double const> track)
    : length_(track.size()), tracks_(4 * track.size()) {
  set(codes, track);
}

void BaseTracks::set(std::span<std::uint8_t const> codes, std::span<double const> track) {
  std::ranges::fill(tracks_, 0.0);
  for (std::size_t p = 0; p < length_; ++p) {
    if (codes[p] < 4) tracks_[codes[p] * length_ + p] = track[p];
  }
}

MotifWindows::MotifWindows(std::vector<Column> const& weights, double trim, bool is_reversed, std::int64_t motif)
    : motif_(motif), is_reversed_(is_reversed), columns_(trimmed(weights, trim)) {
  double sum = 0;
  for (Column const& column : columns_) {
    for (double const weight : column) sum += weight * weight;
  }
  for (Column& column : columns_) {
    for (double& weight : column) weight /= std::sqrt(sum);
  }
  if (is_reversed) columns_ = reverse_complement(columns_);
}

void MotifWindows::multiply(BaseTracks const& tracks, std::span<double> products) const {
  std::ranges::fill(products, 0.0);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    add_column(products.data(), tracks.track(0) + i, tracks.track(1) + i, tracks.track(2) + i, tracks.track(3) + i,
               columns_[i], products.size());
  }
}

void window_sums(std::span<double const> values, std::int64_t width, std::span<double> sums) {
  std::ranges::fill(sums, 0.0);
  for (std::int64_t i = 0; i < width; ++i) add(sums.data(), values.data() + i, sums.size());
}

}  // namespace shoal::motif
