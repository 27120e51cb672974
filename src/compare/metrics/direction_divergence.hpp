// SPDX-License-Identifier: MIT
// The second divergence of the attribution-consistency method (Majdandzic et al., PMLR 200:131-149, 2022, "KLD
// k-attribution-mean"): how unevenly the directions of summed columns of maps are distributed.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace shoal::compare {

// The three axes onto which a centred column (A, C, G, T) is projected.
enum class DirectionBasis {
  orthonormal,
  published,  // the second axis lacks its G, as in the published program
};
DirectionBasis parse_direction_basis(std::string_view name);  // errors: config
std::string_view to_string(DirectionBasis basis);

inline constexpr std::int64_t direction_side = 31;  // bins per angle, 0.1 wide
inline constexpr std::int64_t direction_bins = direction_side * direction_side;
inline constexpr std::int64_t radius_bins = 4096;

struct Direction {
  double radius = 0;
  std::int64_t bin = 0;  // first angle's bin × direction_side + second angle's bin
};

// The directions of a map [4, length], one per position. Columns are centred and divided by the sum of their norms;
// three consecutive ones, around the end to the beginning, are added; the sum is projected onto the basis (e1, e2, e3)
// with (x, y, z) = (e2, e3, e1). The angles are atan2(y, x) / 2 + pi / 2 and arccos(z / radius). Of a map that is 0
// everywhere all radii are 0.
std::vector<Direction> directions(std::span<double const> map, DirectionBasis basis);

// Adds the radii to a histogram [radius_bins] of 128 bins per octave below 2. A radius of 0 is in the first bin.
void count_radii(std::span<Direction const> points, std::span<std::int64_t> histogram);

// The radius that `share` of the counted points exceed, interpolated within a bin.
double radius_cutoff(std::span<std::int64_t const> histogram, double share);

// Adds radius² of every point whose radius is over the cutoff to its bin of the histogram [direction_bins].
void add_directions(std::span<Direction const> points, double cutoff, std::span<double> histogram);

// 0.01 · sum P ln(P / Q) over bins 1 … 29 of both angles with P > 0: P is the histogram as a density (its sum times
// 0.01 is 1), Q the mean of P over the bins from 3 below to 2 above in both directions that are bins 1 … 30. It can be
// negative. NaN if the histogram is 0.
double direction_divergence(std::span<double const> histogram);

}  // namespace shoal::compare
