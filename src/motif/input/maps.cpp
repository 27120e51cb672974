// SPDX-License-Identifier: MIT
#include "motif/maps.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "exports/library_counts.hpp"
#include "exports/source.hpp"
#include "genome/bed_reader.hpp"
#include "motif/input/numpy_reader.hpp"
#include "store/reader.hpp"

namespace shoal::motif {

namespace {

AttributionMaps from_store(MapSource const& source) {
  store::Reader const reader(source.store);
  exports::LetterCounter const counter =
      exports::needs_letter_counts(source.choice.gauge) ? exports::letter_counter(reader) : exports::LetterCounter{};
  exports::ExportSource const rows(reader, source.choice, source.rows, counter);
  AttributionMaps maps;
  maps.length = rows.length();
  maps.loci = static_cast<std::int64_t>(rows.rows().size());
  if (maps.loci == 0) fail(ErrorCode::input, fmt::format("{} has no loci that are done", source.store));
  for (std::int64_t const index : rows.rows()) {
    exports::ExportedRow const row = rows.read(index);
    maps.codes.insert(maps.codes.end(), row.sequence.begin(), row.sequence.end());
    for (double const value : row.map) maps.hypothetical.push_back(static_cast<float>(value));
    maps.places.push_back(row.locus);
  }
  return maps;
}

archives::NumpyArray read_array(std::string const& file) {
  archives::NumpyArray array = read_numpy(file);
  if (array.shape.size() != 3 || array.shape[1] != 4) {
    fail(ErrorCode::input,
         fmt::format("{}: its shape is ({}); [loci, 4, length] is read", file, fmt::join(array.shape, ", ")));
  }
  return array;
}

std::uint8_t code_of(MapSource const& source, archives::NumpyArray const& array, std::int64_t locus,
                     std::int64_t position) {
  std::int64_t const length = array.shape[2];
  std::uint8_t code = 4;
  for (std::uint8_t base = 0; base < 4; ++base) {
    float const value = array.values[at((locus * 4 + base) * length + position)];
    if (value == 0) continue;
    if (value != 1 || code != 4) {
      fail(ErrorCode::input, fmt::format("{}: locus {}, position {}: not one 1 and zeros (counted from 0)",
                                         source.one_hot, locus, position));
    }
    code = base;
  }
  return code;
}

AttributionMaps from_archives(MapSource const& source) {
  archives::NumpyArray const one_hot = read_array(source.one_hot);
  archives::NumpyArray contributions = read_array(source.contributions);
  if (one_hot.shape != contributions.shape) {
    fail(ErrorCode::input,
         fmt::format("{} has the shape ({}) and {} ({})", source.one_hot, fmt::join(one_hot.shape, ", "),
                     source.contributions, fmt::join(contributions.shape, ", ")));
  }
  AttributionMaps maps;
  maps.loci = one_hot.shape[0];
  maps.length = one_hot.shape[2];
  maps.hypothetical = std::move(contributions.values);
  maps.codes.reserve(at(maps.loci * maps.length));
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    for (std::int64_t i = 0; i < maps.length; ++i) maps.codes.push_back(code_of(source, one_hot, locus, i));
    genome::Locus place;
    place.end = maps.length;
    place.name = fmt::format("locus_{}", locus);
    maps.places.push_back(place);
  }
  return maps;
}

// Places and names of the rows of a BED, in windows of the maps' length around their middles if they are not as wide.
void read_places(MapSource const& source, AttributionMaps& maps) {
  genome::BedReader reader(source.loci, genome::Anchor::midpoint);
  std::size_t number = 0;
  while (auto const row = reader.next()) {
    if (number < maps.places.size()) {
      genome::Locus& place = maps.places[number];
      place.contig = row->contig;
      place.start = row->end - row->start == maps.length ? row->start : (row->start + row->end) / 2 - maps.length / 2;
      place.end = place.start + maps.length;
      place.strand = row->strand;
      place.name = row->name.empty() ? fmt::format("{}:{}-{}", row->contig, place.start, place.end) : row->name;
    }
    ++number;
  }
  if (number != maps.places.size()) {
    fail(ErrorCode::input,
         fmt::format("{} has {} rows, and {} has {} loci", source.loci, number, source.one_hot, maps.places.size()));
  }
}

// Keeps `window` central positions, as TF-MoDISco does: from length / 2 - window / 2 on.
AttributionMaps cut(AttributionMaps const& maps, std::int64_t window) {
  if (window > maps.length) {
    fail(ErrorCode::config, fmt::format("--window {}: the maps have {} positions", window, maps.length));
  }
  std::int64_t const first = maps.length / 2 - window / 2;
  AttributionMaps part;
  part.loci = maps.loci;
  part.length = window;
  for (std::int64_t locus = 0; locus < maps.loci; ++locus) {
    auto const codes = maps.codes.begin() + locus * maps.length + first;
    part.codes.insert(part.codes.end(), codes, codes + window);
    for (std::int64_t base = 0; base < 4; ++base) {
      auto const values = maps.hypothetical.begin() + (locus * 4 + base) * maps.length + first;
      part.hypothetical.insert(part.hypothetical.end(), values, values + window);
    }
    genome::Locus place = maps.places[at(locus)];
    Interval const interval = genome_interval(place, first, first + window);
    place.start = interval.start;
    place.end = interval.end;
    part.places.push_back(place);
  }
  return part;
}

}  // namespace

AttributionMaps read_maps(MapSource const& source) {
  bool const has_archives = !source.one_hot.empty() || !source.contributions.empty();
  if (source.store.empty() == !has_archives) {
    fail(ErrorCode::config, "give a store, or --one-hot A.npz with --contributions B.npz");
  }
  if (has_archives && (source.one_hot.empty() || source.contributions.empty())) {
    fail(ErrorCode::config, "--one-hot and --contributions belong together");
  }
  if (!has_archives && !source.loci.empty())
    fail(ErrorCode::config, "a store has its own loci: --loci is for archives");
  AttributionMaps maps = has_archives ? from_archives(source) : from_store(source);
  if (!source.loci.empty()) read_places(source, maps);
  return source.window == 0 || source.window == maps.length ? maps : cut(maps, source.window);
}

}  // namespace shoal::motif
