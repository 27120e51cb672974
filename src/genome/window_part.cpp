// SPDX-License-Identifier: MIT
#include "genome/window_part.hpp"

#include "base/error.hpp"

namespace shoal::genome {

WindowPart centred_part(std::int64_t window, std::int64_t length) {
  expect(length >= 1 && length <= window, "a part is no longer than its window");
  return {.offset = window / 2 - length / 2, .length = length};
}

std::int64_t oriented_start(WindowPart const& part, std::int64_t window, char strand) {
  return strand == '-' ? window - part.offset - part.length : part.offset;
}

Locus part_of(Locus const& locus, WindowPart const& part) {
  Locus cut = locus;
  cut.start += part.offset;
  cut.end = cut.start + part.length;
  return cut;
}

Codes part_of(Codes const& sequence, WindowPart const& part, char strand) {
  auto const window = static_cast<std::int64_t>(sequence.size());
  expect(part.offset >= 0 && part.offset + part.length <= window, "a part does not lie in its window");
  auto const first = sequence.begin() + oriented_start(part, window, strand);
  return {first, first + part.length};
}

}  // namespace shoal::genome
