// SPDX-License-Identifier: MIT
// Tracks along the genome: at every base the map's value at the sequence's own base (projected contributions).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "exports/source.hpp"
#include "genome/contig_sizes.hpp"

namespace shoal::exports {

// The bases [start, end) of a contig that a locus's row gives the track.
struct TrackPiece {
  std::string contig;
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t row = 0;
};

// Where windows overlap, each base belongs to the window whose middle is nearest: neighbours are parted at
// (middle + middle) / 2, rounded down, as ChromBPNet does with summits. Of windows with the same middle (one locus
// twice, or on both strands) the first row wins. Pieces lie within their contigs and are sorted by contig name, then
// start. With empty `sizes` only negative starts are cut; otherwise contigs are called as there
// (genome::ContigNames). Errors: config, when `sizes` lacks a contig.
std::vector<TrackPiece> track_pieces(ExportSource const& source, genome::ContigSizes const& sizes);

// Calls `take` for every run of bases without N of every piece, with its first base and one value per base.
using TakeRun = std::function<void(std::string const& contig, std::int64_t start, std::span<float const> values)>;
void for_each_run(ExportSource const& source, std::vector<TrackPiece> const& pieces, TakeRun const& take);

// Four columns, one line per base, without a header. `sizes` may be empty. Errors: those of track_pieces and
// ExportSource::read; output; config, when there is no row to export.
void export_bedgraph(ExportSource const& source, genome::ContigSizes const& sizes, std::string const& path);

// Needs `sizes` and a path. Errors: as of export_bedgraph; config, for a contig longer than 2^32 - 1 bases.
void export_bigwig(ExportSource const& source, genome::ContigSizes const& sizes, std::string const& path);

}  // namespace shoal::exports
