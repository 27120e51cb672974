// SPDX-License-Identifier: MIT
// What tables say of a place in a locus.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "genome/loci.hpp"

namespace shoal::genome {

// The genome's coordinates of positions [start, end) of a locus, on the + strand.
struct Interval {
  std::int64_t start = 0;
  std::int64_t end = 0;
};
inline Interval genome_interval(Locus const& place, std::int64_t start, std::int64_t end) {
  if (place.strand == '-') return {place.end - end, place.end - start};
  return {place.start + start, place.start + end};
}

// A text as a field of a table: no tabs or line ends; "." where it is empty.
inline std::string field(std::string text) {
  std::ranges::replace_if(
      text, [](char letter) { return static_cast<unsigned char>(letter) < ' '; }, ' ');
  return text.empty() ? "." : text;
}

}  // namespace shoal::genome
