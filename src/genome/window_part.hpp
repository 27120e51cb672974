// SPDX-License-Identifier: MIT
// The part of a window that a network of fewer bases reads around the same anchor.
#pragma once

#include <cstdint>

#include "genome/loci.hpp"

namespace shoal::genome {

// `offset` bases of the window come before the part on the + strand, whichever strand its locus is on.
struct WindowPart {
  std::int64_t offset = 0;
  std::int64_t length = 0;

  bool operator==(WindowPart const&) const = default;
};

// Which part of a window of `window` bases a window of `length` bases around the same anchor is. A window of n bases
// has n / 2, rounded down, before its anchor (place_window), so the part begins at window / 2 - length / 2, each
// rounded down. Sequences without coordinates are windows on the + strand.
WindowPart centred_part(std::int64_t window, std::int64_t length);

// Where the part begins in a window's sequence of `window` bases in its locus's own orientation: `offset`, and on the
// strand '-' what comes after the part on the + strand.
std::int64_t oriented_start(WindowPart const& part, std::int64_t window, char strand);

// The locus with the part's coordinates, and the part of the window's oriented sequence: the same that reading the part
// as a window of its own gives.
Locus part_of(Locus const& locus, WindowPart const& part);
Codes part_of(Codes const& sequence, WindowPart const& part, char strand);

}  // namespace shoal::genome
