// SPDX-License-Identifier: MIT
#include "compare/metrics/direction_divergence.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "compare/metrics/position_scores.hpp"

namespace shoal::compare {

namespace {

// The published program's own pi and side of a bin.
constexpr double pi = 3.1416;
constexpr double side = 0.1;
constexpr std::int64_t window = 3;
constexpr double bins_per_octave = 128;
constexpr double lowest_octave = -31;  // radii below 2^-31 are counted with the smallest

std::int64_t angle_bin(double angle) {
  return std::clamp(static_cast<std::int64_t>(angle / side), std::int64_t{0}, direction_side - 1);
}

Direction direction_of(std::array<double, 4> const& column, DirectionBasis basis) {
  auto const [a, c, g, t] = column;
  double const first = (c - a) / std::sqrt(2.0);
  double const of_g = basis == DirectionBasis::orthonormal ? g : 0;
  double const second = std::sqrt(2.0 / 3) * (of_g - a / 2 - c / 2);
  double const third = std::sqrt(3.0 / 4) * (t - (a + c + g) / 3);
  double const x = second, y = third, z = first;
  double const radius = std::sqrt(x * x + y * y + z * z);
  if (radius == 0) return {};
  double const around = x == 0 ? pi / 2 : std::atan2(y, x);
  double const from_pole = std::acos(std::clamp(z / radius, -1.0, 1.0));
  return {radius, angle_bin(around / 2 + pi / 2) * direction_side + angle_bin(from_pole)};
}

}  // namespace

DirectionBasis parse_direction_basis(std::string_view name) {
  for (auto const basis : {DirectionBasis::orthonormal, DirectionBasis::published}) {
    if (to_string(basis) == name) return basis;
  }
  fail(ErrorCode::config, fmt::format("{}: choose orthonormal or published", shoal::quoted(name)));
}

std::string_view to_string(DirectionBasis basis) {
  return basis == DirectionBasis::orthonormal ? "orthonormal" : "published";
}

std::vector<Direction> directions(std::span<double const> map, DirectionBasis basis) {
  auto const length = static_cast<std::int64_t>(map.size() / 4);
  std::vector<double> const centred = corrected(map);
  auto const value = [&](std::int64_t base, std::int64_t position) { return centred[at(base * length + position)]; };
  double scale = 0;
  for (std::int64_t position = 0; position < length; ++position) {
    double squares = 0;
    for (std::int64_t base = 0; base < 4; ++base) squares += value(base, position) * value(base, position);
    scale += std::sqrt(squares);
  }
  std::vector<Direction> points(at(length));
  if (scale == 0) return points;
  for (std::int64_t position = 0; position < length; ++position) {
    std::array<double, 4> sum{};
    for (std::int64_t step = 0; step < window; ++step) {
      for (std::int64_t base = 0; base < 4; ++base) sum[at(base)] += value(base, (position + step) % length) / scale;
    }
    points[at(position)] = direction_of(sum, basis);
  }
  return points;
}

void count_radii(std::span<Direction const> points, std::span<std::int64_t> histogram) {
  for (Direction const& point : points) {
    double const octave = point.radius > 0 ? std::log2(point.radius) : lowest_octave;
    auto const bin = static_cast<std::int64_t>(std::floor((octave - lowest_octave) * bins_per_octave));
    ++histogram[at(std::clamp(bin, std::int64_t{0}, radius_bins - 1))];
  }
}

double radius_cutoff(std::span<std::int64_t const> histogram, double share) {
  auto const points = std::accumulate(histogram.begin(), histogram.end(), std::int64_t{0});
  double const below = (1 - share) * static_cast<double>(points);
  double counted = 0;
  for (std::int64_t bin = 0; bin < radius_bins; ++bin) {
    auto const here = static_cast<double>(histogram[at(bin)]);
    if (here > 0 && counted + here >= below) {
      if (bin == 0 && below <= 0) return 0;
      double const inside = static_cast<double>(bin) + (below - counted) / here;
      return std::exp2(lowest_octave + inside / bins_per_octave);
    }
    counted += here;
  }
  return 0;
}

void add_directions(std::span<Direction const> points, double cutoff, std::span<double> histogram) {
  for (Direction const& point : points) {
    if (point.radius > cutoff) histogram[at(point.bin)] += point.radius * point.radius;
  }
}

double direction_divergence(std::span<double const> histogram) {
  double const total = std::accumulate(histogram.begin(), histogram.end(), 0.0);
  if (!(total > 0)) return not_a_number;
  constexpr std::int64_t below = 3, above = 2;
  // Sums over the second angle's neighbours first, then over the first angle's.
  auto const range = [](std::int64_t bin) {
    return std::pair{std::max<std::int64_t>(bin - below, 1), std::min(bin + above, direction_side - 1)};
  };
  std::vector<double> sums(at(direction_bins));
  for (std::int64_t i = 1; i < direction_side; ++i) {
    for (std::int64_t j = 1; j < direction_side - 1; ++j) {
      auto const [first, last] = range(j);
      for (std::int64_t b = first; b <= last; ++b) {
        sums[at(i * direction_side + j)] += histogram[at(i * direction_side + b)];
      }
    }
  }
  double divergence = 0;
  for (std::int64_t i = 1; i < direction_side - 1; ++i) {
    for (std::int64_t j = 1; j < direction_side - 1; ++j) {
      double const here = histogram[at(i * direction_side + j)];
      if (!(here > 0)) continue;
      auto const [first, last] = range(i);
      double around = 0;
      for (std::int64_t a = first; a <= last; ++a) around += sums[at(a * direction_side + j)];
      auto const [low, high] = range(j);
      auto const bins = static_cast<double>((last - first + 1) * (high - low + 1));
      divergence += here * std::log(here * bins / around);
    }
  }
  return divergence / total;  // 0.01 · P = here / total
}

}  // namespace shoal::compare
