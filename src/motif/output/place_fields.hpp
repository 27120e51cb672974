// SPDX-License-Identifier: MIT
// What tables say of a place in a locus.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "genome/loci.hpp"
#include "motif/maps.hpp"

namespace shoal::motif {

using genome::field;

// The strand on the genome of what is read as it stands in its locus, or reversed.
inline char strand_of(genome::Locus const& place, bool is_reversed) {
  return (place.strand == '-') == is_reversed ? '+' : '-';
}

// Where a place is named after: its contig, or the locus where that is unknown.
inline std::string contig_of(genome::Locus const& place) {
  return field(place.contig.empty() ? place.name : place.contig);
}

// A line of BED6: [start, end) of a locus on the genome. score: 0 to 1000, what is beyond is cut.
inline std::string bed_line(genome::Locus const& place, std::int64_t start, std::int64_t end, std::string_view name,
                            std::int64_t score, bool is_reversed) {
  Interval const interval = genome_interval(place, start, end);
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", contig_of(place), interval.start, interval.end, name,
                     std::clamp<std::int64_t>(score, 0, 1000), strand_of(place, is_reversed));
}

}  // namespace shoal::motif
