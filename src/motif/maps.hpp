// SPDX-License-Identifier: MIT
// Attribution maps that motifs are looked for in: rows of a store, or the pair of NumPy archives that TF-MoDISco reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exports/choice.hpp"
#include "genome/loci.hpp"
#include "genome/place.hpp"

namespace shoal::motif {

struct MapSource {
  std::string store;  // a Shoal store, or …
  exports::ExportChoice choice = {};
  exports::ExportRows rows = {};
  std::string one_hot;        // … .npz of [loci, 4, length], each position one 1 or (N) none, and …
  std::string contributions;  // … .npz of [loci, 4, length]: hypothetical contributions
  std::string loci;           // BED with a row per locus of the archives: names and coordinates; or empty
  std::int64_t window = 0;    // only so many central positions; 0: all
};

struct AttributionMaps {
  std::int64_t loci = 0;
  std::int64_t length = 0;
  std::vector<std::uint8_t> codes;    // [loci, length] 0 to 3, and 4 for N
  std::vector<float> hypothetical;    // [loci, 4, length]
  std::vector<genome::Locus> places;  // [loci]; without coordinates the contig is empty and start is 0

  float value(std::int64_t locus, int base, std::int64_t position) const {
    return hypothetical[static_cast<std::size_t>((locus * 4 + base) * length + position)];
  }
  std::uint8_t code(std::int64_t locus, std::int64_t position) const {
    return codes[static_cast<std::size_t>(locus * length + position)];
  }
  // The value at the sequence's own base; 0 at N.
  float projected(std::int64_t locus, std::int64_t position) const {
    std::uint8_t const base = code(locus, position);
    return base < 4 ? value(locus, base, position) : 0;
  }
};

// Errors: config, for both or neither kind of source, a window longer than the maps; input, naming the file: archives
// without an array, with another shape, type or order, values that are not finite, positions with more than one 1, a
// BED of another number of rows or width. Archives are parsed in a child process: call it before MPI starts.
AttributionMaps read_maps(MapSource const& source);

using genome::genome_interval;
using genome::Interval;

}  // namespace shoal::motif
