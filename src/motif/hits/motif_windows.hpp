// SPDX-License-Identifier: MIT
// A motif on one strand as it meets a map: trimmed, of unit norm, and its products with every window of a track.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "motif/motif.hpp"

namespace shoal::motif {

// A track [length] that is split up by the bases of its sequence: track b has the values where the base is b, else 0.
class BaseTracks {
 public:
  BaseTracks(std::span<std::uint8_t const> codes, std::span<double const> track);

  void set(std::span<std::uint8_t const> codes, std::span<double const> track);
  double const* track(std::size_t base) const { return tracks_.data() + base * length_; }
  std::size_t length() const { return length_; }

 private:
  std::size_t length_;
  std::vector<double> tracks_;  // [4, length]
};

class MotifWindows {
 public:
  // The columns whose sizes (sums of absolute weights) lie between the first and the last that reach `trim` times the
  // largest, divided by the root of their sum of squares. Weights that are all 0 give no columns.
  MotifWindows(std::vector<Column> const& weights, double trim, bool is_reversed, std::int64_t motif);

  std::int64_t motif() const { return motif_; }
  bool is_reversed() const { return is_reversed_; }
  std::int64_t width() const { return static_cast<std::int64_t>(columns_.size()); }
  // The number of places in a track: length - width + 1, or 0.
  std::int64_t places(std::int64_t length) const { return length < width() ? 0 : length - width() + 1; }

  // The weight that stands at position `i` of a window for a base; 0 at N.
  double weight(std::int64_t i, std::uint8_t base) const {
    return base < 4 ? columns_[static_cast<std::size_t>(i)][base] : 0;
  }

  // products[s] = Σ_i weight(i, base at s + i) × track[s + i] for each place s. Adds in one order on every machine.
  void multiply(BaseTracks const& tracks, std::span<double> products) const;

 private:
  std::int64_t motif_;
  bool is_reversed_;
  std::vector<Column> columns_;
};

// sums[s] = the sum of `values` at s … s + width - 1.
void window_sums(std::span<double const> values, std::int64_t width, std::span<double> sums);

}  // namespace shoal::motif
