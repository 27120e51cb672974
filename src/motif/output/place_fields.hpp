// SPDX-License-Identifier: MIT
// What tables say of a place in a locus.
#pragma once

#include <algorithm>
#include <string>

#include "genome/loci.hpp"

namespace shoal::motif {

// A text as a field of a table: no tabs or line ends; "." where it is empty.
inline std::string field(std::string text) {
  std::ranges::replace_if(
      text, [](char letter) { return static_cast<unsigned char>(letter) < ' '; }, ' ');
  return text.empty() ? "." : text;
}

// The strand on the genome of what is read as it stands in its locus, or reversed.
inline char strand_of(genome::Locus const& place, bool is_reversed) {
  return (place.strand == '-') == is_reversed ? '+' : '-';
}

// Where a place is named after: its contig, or the locus where that is unknown.
inline std::string contig_of(genome::Locus const& place) {
  return field(place.contig.empty() ? place.name : place.contig);
}

}  // namespace shoal::motif
