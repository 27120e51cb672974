// SPDX-License-Identifier: MIT
#include "attribution/gradients/oriented_points.hpp"

#include <algorithm>
#include <cstdint>

namespace shoal::attribution {

namespace {

// Where position l of an oriented sequence comes from; a position outside [0, length) comes from nowhere.
std::int64_t source_of(std::int64_t l, std::int64_t length, kernels::Orientation orientation) {
  return (orientation.reverse_complement ? length - 1 - l : l) - orientation.shift;
}

}  // namespace

void orient(std::span<float const> point, kernels::Orientation orientation, std::span<float> oriented) {
  auto const length = static_cast<std::int64_t>(point.size() / 4);
  for (std::int64_t l = 0; l < length; ++l) {
    float* const to = oriented.data() + 4 * l;
    std::int64_t const source = source_of(l, length, orientation);
    if (source < 0 || source >= length) {
      std::fill_n(to, 4, 0.0F);
      continue;
    }
    std::copy_n(point.data() + 4 * source, 4, to);
    if (orientation.reverse_complement) std::reverse(to, to + 4);
  }
}

void add_from_orientation(std::span<float const> map, kernels::Orientation orientation, double weight,
                          std::span<double> sum) {
  auto const length = static_cast<std::int64_t>(map.size() / 4);
  for (std::int64_t base = 0; base < 4; ++base) {
    std::int64_t const to = orientation.reverse_complement ? 3 - base : base;
    for (std::int64_t l = 0; l < length; ++l) {
      std::int64_t const source = source_of(l, length, orientation);
      if (source < 0 || source >= length) continue;
      sum[static_cast<std::size_t>(to * length + source)] +=
          weight * static_cast<double>(map[static_cast<std::size_t>(base * length + l)]);
    }
  }
}

}  // namespace shoal::attribution
