// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "surrogate/features/feature_operator.hpp"

namespace shoal::surrogate {

namespace {

bool holds(kernels::RowRange window, std::int64_t position) {
  return position >= window.begin && position < window.end;
}

void check_window(kernels::RowRange window, std::int64_t length) {
  if (window.begin < 0 || window.size() <= 0 || window.end > length) {
    fail(ErrorCode::config, fmt::format("the window {}:{} for pairs is empty or outside a sequence of {} positions",
                                        window.begin, window.end, length));
  }
}

}  // namespace

std::vector<SitePair> FeatureOptions::pairs(std::int64_t length) const {
  if (maximum_distance < 0) {
    fail(ErrorCode::config,
         fmt::format("the maximum distance of a pair is {}; it cannot be negative", maximum_distance));
  }
  if (between) {
    check_window(between->first, length);
    check_window(between->second, length);
  }
  std::vector<SitePair> found;
  if (interactions == Interactions::additive) return found;
  std::int64_t const limit = interactions == Interactions::neighbour ? 1
                             : maximum_distance == 0                 ? length
                                                                     : maximum_distance;
  for (std::int64_t first = 0; first < length; ++first) {
    std::int64_t const last = std::min(length - 1, first + limit);
    for (std::int64_t second = first + 1; second <= last; ++second) {
      bool const wanted = !between || (holds(between->first, first) && holds(between->second, second)) ||
                          (holds(between->first, second) && holds(between->second, first));
      if (wanted) found.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(second)});
    }
  }
  return found;
}

}  // namespace shoal::surrogate
