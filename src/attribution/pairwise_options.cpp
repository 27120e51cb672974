// SPDX-License-Identifier: MIT
#include "attribution/pairwise_options.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::attribution {

PairwiseWindow PairwiseOptions::resolved(std::int64_t length) const {
  PairwiseWindow found = window;
  if (found.start == 0 && found.stop == 0) {
    std::int64_t const size = std::min(default_size, length);
    found.start = (length - size) / 2;
    found.stop = found.start + size;
  }
  if (found.start < 0 || found.stop > length || found.size() < 2) {
    fail(ErrorCode::config, fmt::format("--pairwise-window {}:{}: not two positions or more of a sequence of {}",
                                        found.start, found.stop, length));
  }
  if (found.size() > largest_size) {
    fail(ErrorCode::config, fmt::format("--pairwise-window {}:{}: {} positions; at most {} are taken", found.start,
                                        found.stop, found.size(), largest_size));
  }
  return found;
}

PairwiseOptions parse_pairwise_window(std::string_view text) {
  if (trim(text).empty()) return {};
  auto const ends = split(text, ':');
  auto const start = ends.size() == 2 ? parse_integer(trim(ends[0])) : std::nullopt;
  auto const stop = ends.size() == 2 ? parse_integer(trim(ends[1])) : std::nullopt;
  if (!start || !stop || *start < 0 || *stop < *start + 2) {
    fail(ErrorCode::config, fmt::format("--pairwise-window {}: expected A:B, two positions or more", quoted(text)));
  }
  return {{*start, *stop}};
}

}  // namespace shoal::attribution
