// SPDX-License-Identifier: MIT
#include "exports/tracks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "exports/formats/layouts.hpp"
#include "genome/contig_names.hpp"
#include "kernels/library/packed.hpp"
#include "store/output_file.hpp"

namespace shoal::exports {

namespace {

// Where the contig of the piece ends; without sizes nowhere.
std::int64_t end_of(genome::ContigSizes const& sizes, TrackPiece const& piece) {
  if (sizes.empty()) return std::numeric_limits<std::int64_t>::max();
  auto const found = sizes.find(piece.contig);
  if (found != sizes.end()) return found->second;
  std::vector<std::string> names;
  for (auto const& [name, size] : sizes) names.push_back(name);
  fail(ErrorCode::config, fmt::format("the contig {} of row {} is not among the contigs whose sizes were given{}",
                                      piece.contig, piece.row, genome::contig_hint(piece.contig, names)));
}

// The rows' windows, sorted by contig, start and row, without repeated places; contigs are called as in `sizes`. All
// windows have one length, so that this is the order of their middles too.
std::vector<TrackPiece> sorted_windows(ExportSource const& source, genome::ContigSizes const& sizes) {
  std::vector<TrackPiece> windows;
  std::vector<std::string> known;
  for (auto const& [name, size] : sizes) known.push_back(name);
  genome::ContigNames names(known, "the contigs whose sizes were given", "the store");
  for (std::int64_t const row : source.rows()) {
    genome::Locus locus = source.locus(row);
    if (auto const name = names.find(locus.contig, fmt::format("row {}", row))) locus.contig = *name;
    windows.push_back({std::move(locus.contig), locus.start, locus.end, row});
  }
  auto const key = [](TrackPiece const& piece) { return std::tie(piece.contig, piece.start, piece.row); };
  std::sort(windows.begin(), windows.end(), [&](auto const& a, auto const& b) { return key(a) < key(b); });
  auto const same = [](TrackPiece const& a, TrackPiece const& b) { return a.contig == b.contig && a.start == b.start; };
  windows.erase(std::unique(windows.begin(), windows.end(), same), windows.end());
  return windows;
}

std::int64_t middle(TrackPiece const& window) {
  return window.start + (window.end - window.start) / 2;
}

// The map's values along the + strand, NaN where the sequence is N.
std::vector<float> along_genome(ExportedRow const& row) {
  std::vector<double> const values = projected(row);
  std::vector<float> track(values.begin(), values.end());
  for (std::size_t position = 0; position < track.size(); ++position) {
    if (row.sequence[position] == kernels::code_n) track[position] = std::numeric_limits<float>::quiet_NaN();
  }
  if (row.locus.strand == '-') std::reverse(track.begin(), track.end());
  return track;
}

}  // namespace

std::vector<TrackPiece> track_pieces(ExportSource const& source, genome::ContigSizes const& sizes) {
  std::vector<TrackPiece> const windows = sorted_windows(source, sizes);
  std::vector<TrackPiece> pieces;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    TrackPiece piece = windows[i];
    auto const meets = [&](std::size_t left, std::size_t right) {
      return windows[left].contig == windows[right].contig && windows[left].end > windows[right].start;
    };
    auto const border = [&](std::size_t left, std::size_t right) {
      return (middle(windows[left]) + middle(windows[right])) / 2;
    };
    if (i > 0 && meets(i - 1, i)) piece.start = border(i - 1, i);
    if (i + 1 < windows.size() && meets(i, i + 1)) piece.end = border(i, i + 1);
    piece.start = std::max<std::int64_t>(piece.start, 0);
    piece.end = std::min(piece.end, end_of(sizes, piece));
    if (piece.start < piece.end) pieces.push_back(std::move(piece));
  }
  return pieces;
}

void for_each_run(ExportSource const& source, std::vector<TrackPiece> const& pieces, TakeRun const& take) {
  for (TrackPiece const& piece : pieces) {
    ExportedRow const row = source.read(piece.row);
    std::vector<float> const track = along_genome(row);
    auto const window = std::span(track).subspan(static_cast<std::size_t>(piece.start - row.locus.start),
                                                 static_cast<std::size_t>(piece.end - piece.start));
    auto const is_known = [](float value) { return value == value; };
    for (auto first = window.begin(); first != window.end();) {
      first = std::find_if(first, window.end(), is_known);
      auto const last = std::find_if_not(first, window.end(), is_known);
      if (first != last) take(piece.contig, piece.start + (first - window.begin()), {first, last});
      first = last;
    }
  }
}

void export_bedgraph(ExportSource const& source, genome::ContigSizes const& sizes, std::string const& path) {
  expect_rows(source);
  auto const pieces = track_pieces(source, sizes);
  store::OutputFile file(path);
  for_each_run(source, pieces, [&](std::string const& contig, std::int64_t start, std::span<float const> values) {
    std::string text;
    for (float const value : values) {
      fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\n", contig, start, start + 1, value);
      ++start;
    }
    file.write(text);
  });
  file.publish();
}

}  // namespace shoal::exports
