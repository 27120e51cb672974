// SPDX-License-Identifier: MIT
#include "surrogate/metrics/mutual_information.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/not_a_number.hpp"
#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/row_draws.hpp"

namespace shoal::surrogate {

namespace {

constexpr std::int64_t most_rows = 10'000;
constexpr std::int64_t fewest_rows = 50;
constexpr int halves = 25;
constexpr int entropy_neighbours = 7;
constexpr int information_neighbours = 5;

// psi of the integers 1 … count; element 0 is unused.
std::vector<double> digammas(std::int64_t count) {
  std::vector<double> values(static_cast<std::size_t>(count) + 1, 0.0);
  double sum = -std::numbers::egamma;
  for (std::size_t n = 1; n < values.size(); ++n) {
    values[n] = sum;
    sum += 1.0 / static_cast<double>(n);
  }
  return values;
}

// Distance from sorted[at] to its k-th nearest other value.
double distance_to_neighbour(std::vector<double> const& sorted, std::size_t at, int neighbours) {
  std::size_t low = at;
  std::size_t high = at;
  double distance = 0;
  for (int found = 0; found < neighbours; ++found) {
    double const below = low > 0 ? sorted[at] - sorted[low - 1] : std::numeric_limits<double>::infinity();
    double const above =
        high + 1 < sorted.size() ? sorted[high + 1] - sorted[at] : std::numeric_limits<double>::infinity();
    distance = std::min(below, above);
    below <= above ? --low : ++high;
  }
  return distance;
}

// How many of the sorted values are strictly closer to `value` than `distance`.
std::int64_t strictly_within(std::vector<double> const& sorted, double value, double distance) {
  // Takes the same differences as distance_in_plane, so that rounding never counts the k-th neighbour itself.
  auto const begin =
      std::partition_point(sorted.begin(), sorted.end(), [&](double other) { return value - other >= distance; });
  auto const end = std::partition_point(begin, sorted.end(), [&](double other) { return other - value < distance; });
  return std::max<std::int64_t>(end - begin, 1);
}

// The points in ascending order of x.
struct OrderedPoints {
  std::vector<double> x;
  std::vector<double> y;
};

OrderedPoints ordered_by_x(std::span<double const> x, std::span<double const> y) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  OrderedPoints points;
  for (std::size_t const row : order) {
    points.x.push_back(x[row]);
    points.y.push_back(y[row]);
  }
  return points;
}

// Largest-coordinate distance of point `at` to its k-th neighbour. Candidates are visited outwards in x until x
// alone is farther than the k-th best so far; `best` is scratch memory for k entries.
double distance_in_plane(OrderedPoints const& points, std::size_t at, std::vector<double>& best) {
  std::fill(best.begin(), best.end(), std::numeric_limits<double>::infinity());
  auto const offer = [&](std::size_t other) {
    double const across = std::abs(points.x[other] - points.x[at]);
    if (across >= best.back()) return false;
    double const distance = std::max(across, std::abs(points.y[other] - points.y[at]));
    if (distance < best.back()) {
      auto const place = std::upper_bound(best.begin(), best.end(), distance);
      std::move_backward(place, best.end() - 1, best.end());
      *place = distance;
    }
    return true;
  };
  for (std::size_t other = at; other-- > 0;) {
    if (!offer(other)) break;
  }
  for (std::size_t other = at + 1; other < points.x.size(); ++other) {
    if (!offer(other)) break;
  }
  return best.back();
}

std::vector<double> chosen(std::span<double const> values, std::span<std::int64_t const> rows) {
  std::vector<double> picked;
  picked.reserve(rows.size());
  for (std::int64_t const row : rows) picked.push_back(values[static_cast<std::size_t>(row)]);
  return picked;
}

// Values in units of their standard deviation, with random numbers of standard deviation `size` added. Empty when they
// are constant.
std::vector<double> standardised(std::span<double const> values, double size, std::uint64_t seed, std::uint32_t draw) {
  Column const column{values.data(), static_cast<std::int64_t>(values.size())};
  double const centre = mean(column);
  double sum = 0;
  for (double const value : values) sum += (value - centre) * (value - centre);
  double const deviation = std::sqrt(sum / static_cast<double>(values.size()));
  if (!(deviation > 1e-12 * std::abs(centre)) || !std::isfinite(deviation)) return {};
  std::vector<double> scaled;
  for (std::size_t row = 0; row < values.size(); ++row) {
    // A uniform number of width sqrt 12 has standard deviation 1.
    double const jitter = row_uniform(seed, RowPurpose::jitter, static_cast<std::int64_t>(row), draw) - 0.5;
    scaled.push_back((values[row] - centre) / deviation + size * std::sqrt(12.0) * jitter);
  }
  return scaled;
}

// `measure` on all rows, and its standard error from random halves of them.
Estimate with_uncertainty(std::int64_t rows, std::uint64_t seed,
                          std::function<double(std::span<std::int64_t const>)> const& measure) {
  std::vector<std::int64_t> everything(static_cast<std::size_t>(rows));
  std::iota(everything.begin(), everything.end(), 0);
  std::vector<double> of_halves;
  for (std::uint32_t half = 1; half <= halves; ++half) {
    auto const order = shuffled_rows(rows, seed, RowPurpose::subsample, half);
    of_halves.push_back(measure(std::span(order).first(static_cast<std::size_t>(rows / 2))));
  }
  double const middle = mean({of_halves.data(), halves});
  double sum = 0;
  for (double const value : of_halves) sum += (value - middle) * (value - middle);
  return {measure(everything), std::sqrt(sum / (halves - 1)) / std::numbers::sqrt2};
}

std::vector<std::int64_t> rows_for_estimate(std::size_t available, std::uint64_t seed) {
  auto rows = shuffled_rows(static_cast<std::int64_t>(available), seed, RowPurpose::subsample);
  if (static_cast<std::int64_t>(rows.size()) > most_rows) rows.resize(static_cast<std::size_t>(most_rows));
  return rows;
}

}  // namespace

double entropy_bits(std::span<double const> values, int neighbours) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  auto const psi = digammas(static_cast<std::int64_t>(values.size()));
  double sum = 0;
  for (std::size_t at = 0; at < sorted.size(); ++at) sum += std::log(distance_to_neighbour(sorted, at, neighbours));
  double const nats = psi.back() - psi[static_cast<std::size_t>(neighbours)] + std::numbers::ln2 +
                      sum / static_cast<double>(sorted.size());
  return nats / std::numbers::ln2;
}

double mutual_information_bits(std::span<double const> x, std::span<double const> y, int neighbours) {
  OrderedPoints const points = ordered_by_x(x, y);
  std::vector<double> sorted_y = points.y;
  std::sort(sorted_y.begin(), sorted_y.end());
  auto const psi = digammas(static_cast<std::int64_t>(x.size()));
  std::vector<double> best(static_cast<std::size_t>(neighbours));
  double sum = 0;
  for (std::size_t at = 0; at < x.size(); ++at) {
    double const distance = distance_in_plane(points, at, best);
    sum += psi[static_cast<std::size_t>(strictly_within(points.x, points.x[at], distance))] +
           psi[static_cast<std::size_t>(strictly_within(sorted_y, points.y[at], distance))];
  }
  double const nats = psi[static_cast<std::size_t>(neighbours)] + psi.back() - sum / static_cast<double>(x.size());
  return nats / std::numbers::ln2;
}

Estimate estimated_entropy(std::span<double const> y, std::uint64_t seed) {
  auto const rows = rows_for_estimate(y.size(), seed);
  if (static_cast<std::int64_t>(rows.size()) < fewest_rows) return {not_a_number, not_a_number};
  auto const values = chosen(y, rows);
  auto const scaled = standardised(values, 0.01, seed, 1);
  if (scaled.empty()) return {not_a_number, not_a_number};
  Column const column{values.data(), static_cast<std::int64_t>(values.size())};
  double const centre = mean(column);
  double sum = 0;
  for (double const value : values) sum += (value - centre) * (value - centre);
  double const bits_of_scale = 0.5 * std::log2(sum / static_cast<double>(values.size()));
  Estimate estimate = with_uncertainty(
      static_cast<std::int64_t>(scaled.size()), seed,
      [&](std::span<std::int64_t const> of) { return entropy_bits(chosen(scaled, of), entropy_neighbours); });
  estimate.value += bits_of_scale;
  return estimate;
}

Estimate estimated_information(std::span<double const> x, std::span<double const> y, std::uint64_t seed) {
  auto const rows = rows_for_estimate(x.size(), seed);
  if (static_cast<std::int64_t>(rows.size()) < fewest_rows) return {not_a_number, not_a_number};
  auto const first = standardised(chosen(x, rows), 0.01, seed, 2);
  auto const second = standardised(chosen(y, rows), 1e-5, seed, 3);
  if (first.empty() || second.empty()) return {not_a_number, not_a_number};
  return with_uncertainty(static_cast<std::int64_t>(first.size()), seed, [&](std::span<std::int64_t const> of) {
    return mutual_information_bits(chosen(first, of), chosen(second, of), information_neighbours);
  });
}

}  // namespace shoal::surrogate
