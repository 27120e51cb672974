// SPDX-License-Identifier: MIT
// Layout: tf-modisco-lite's (root attribute window_size; pos_patterns and neg_patterns with a group per pattern; README
// of this module).
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <span>

#include "base/index.hpp"
#include "hdf5/file.hpp"
#include "hdf5/handle.hpp"
#include "hdf5/row_dataset.hpp"
#include "hdf5/text.hpp"
#include "motif/discovery/pattern.hpp"
#include "motif/tables.hpp"

namespace shoal::motif {

namespace {

using hdf5::ElementKind;

template <class Number>
void write_rows(hid_t file, std::string const& path, ElementKind kind, std::vector<std::int64_t> const& shape,
                std::vector<Number> const& values) {
  std::int64_t row = 1;
  for (std::int64_t const extent : shape) row *= extent;
  auto const rows = static_cast<std::int64_t>(values.size()) / row;
  auto const dataset = hdf5::RowDataset::create(file, path, rows, {.kind = kind, .shape = shape});
  dataset.write(0, std::as_bytes(std::span(values)));
}

// As h5py writes truth values: an enumeration of one byte.
void write_flags(hid_t file, std::string const& path, std::vector<std::int8_t> const& flags) {
  auto const type = hdf5::own<hdf5::Datatype>(H5Tenum_create(H5T_STD_I8LE), "cannot make a type", ErrorCode::output);
  std::int8_t const no = 0, yes = 1;
  hdf5::check_h5(H5Tenum_insert(type.get(), "FALSE", &no), "cannot make a type", ErrorCode::output);
  hdf5::check_h5(H5Tenum_insert(type.get(), "TRUE", &yes), "cannot make a type", ErrorCode::output);
  hsize_t const extent = flags.size();
  auto const space =
      hdf5::own<hdf5::Dataspace>(H5Screate_simple(1, &extent, nullptr), "cannot make a space", ErrorCode::output);
  auto const creation =
      hdf5::own<hdf5::PropertyList>(H5Pcreate(H5P_DATASET_CREATE), "cannot make a list", ErrorCode::output);
  hdf5::check_h5(H5Pset_obj_track_times(creation.get(), false), "cannot set times", ErrorCode::output);
  auto const dataset = hdf5::own<hdf5::Dataset>(
      H5Dcreate2(file, path.c_str(), type.get(), space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
      "cannot create " + path, ErrorCode::output);
  hdf5::check_h5(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, flags.data()),
                 "cannot write " + path, ErrorCode::output);
}

void write_texts(hid_t file, std::string const& path, std::vector<std::string> const& texts) {
  std::size_t width = 1;
  for (std::string const& text : texts) width = std::max(width, text.size());
  std::string bytes;
  for (std::string const& text : texts) bytes += text + std::string(width - text.size(), '\0');
  auto const dataset = hdf5::RowDataset::create(
      file, path, static_cast<std::int64_t>(texts.size()),
      {.kind = ElementKind::text, .shape = {}, .text_width = static_cast<std::int64_t>(width)});
  dataset.write(0, std::as_bytes(std::span(bytes)));
}

std::vector<double> flat(std::vector<Column> const& columns) {
  std::vector<double> values;
  for (Column const& column : columns) values.insert(values.end(), column.begin(), column.end());
  return values;
}

// [seqlets, length, 4] of what `take` gives for each.
template <class Take>
std::vector<float> stacked(Pattern const& pattern, Take const& take) {
  std::vector<float> values;
  for (Seqlet const& seqlet : pattern.seqlets) {
    for (double const value : flat(take(seqlet))) values.push_back(static_cast<float>(value));
  }
  return values;
}

void write_seqlets(hid_t file, std::string const& path, AttributionMaps const& maps, Pattern const& pattern) {
  hdf5::create_group(file, path);
  std::vector<std::int64_t> start, end, locus, genome_start, genome_end;
  std::vector<std::int8_t> is_reversed;
  std::vector<std::string> contig, name, strand;
  for (Seqlet const& seqlet : pattern.seqlets) {
    genome::Locus const& place = maps.places[at(seqlet.locus)];
    Interval const interval = genome_interval(place, seqlet.start, seqlet.end);
    start.push_back(seqlet.start);
    end.push_back(seqlet.end);
    locus.push_back(seqlet.locus);
    is_reversed.push_back(seqlet.is_reversed ? 1 : 0);
    genome_start.push_back(interval.start);
    genome_end.push_back(interval.end);
    contig.push_back(place.contig);
    name.push_back(place.name);
    strand.emplace_back((place.strand == '-') == seqlet.is_reversed ? "+" : "-");
  }
  write_rows(file, path + "/n_seqlets", ElementKind::int64, {},
             std::vector<std::int64_t>{static_cast<std::int64_t>(start.size())});
  write_rows(file, path + "/start", ElementKind::int64, {}, start);
  write_rows(file, path + "/end", ElementKind::int64, {}, end);
  write_rows(file, path + "/example_idx", ElementKind::int64, {}, locus);
  write_flags(file, path + "/is_revcomp", is_reversed);
  write_rows(file, path + "/genome_start", ElementKind::int64, {}, genome_start);
  write_rows(file, path + "/genome_end", ElementKind::int64, {}, genome_end);
  write_texts(file, path + "/contig", contig);
  write_texts(file, path + "/name", name);
  write_texts(file, path + "/strand", strand);
  std::vector<std::int64_t> const shape = {static_cast<std::int64_t>(pattern.sequence.size()), 4};
  auto const write = [&](std::string const& what, auto const& take) {
    write_rows(file, path + what, ElementKind::float32, shape, stacked(pattern, take));
  };
  write("/sequence", [&](Seqlet const& seqlet) { return one_hot_of(maps, seqlet); });
  write("/contrib_scores", [&](Seqlet const& seqlet) { return contributions_of(maps, seqlet); });
  write("/hypothetical_contribs", [&](Seqlet const& seqlet) { return hypothetical_of(maps, seqlet); });
}

void write_pattern(hid_t file, std::string const& path, AttributionMaps const& maps, Pattern const& pattern) {
  hdf5::create_group(file, path);
  write_rows(file, path + "/sequence", ElementKind::float64, {4}, flat(pattern.sequence));
  write_rows(file, path + "/contrib_scores", ElementKind::float64, {4}, flat(pattern.contributions));
  write_rows(file, path + "/hypothetical_contribs", ElementKind::float64, {4}, flat(pattern.hypothetical));
  write_seqlets(file, path + "/seqlets", maps, pattern);
  for (Pattern const& part : pattern.parts) write_pattern(file, path + "/" + part.name, maps, part);
}

void write_window(hid_t file, std::int64_t window) {
  auto const space = hdf5::own<hdf5::Dataspace>(H5Screate(H5S_SCALAR), "cannot make a space", ErrorCode::output);
  auto const attribute =
      hdf5::own<hdf5::Attribute>(H5Acreate2(file, "window_size", H5T_STD_I64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                                 "cannot create window_size", ErrorCode::output);
  hdf5::check_h5(H5Awrite(attribute.get(), H5T_NATIVE_INT64, &window), "cannot write window_size", ErrorCode::output);
}

}  // namespace

void write_pattern_file(std::string const& path, AttributionMaps const& maps, Discovery const& discovery) {
  std::string const partial = path + ".partial";
  hdf5::File file = hdf5::create_file_alone(partial);
  write_window(file.get(), discovery.window);
  hdf5::write_text(file.get(), "writer", "shoal motifs discover");
  for (auto const& [group, patterns] :
       {std::pair{"pos_patterns", &discovery.positive}, std::pair{"neg_patterns", &discovery.negative}}) {
    if (patterns->empty()) continue;
    hdf5::create_group(file.get(), group);
    for (Pattern const& pattern : *patterns) {
      write_pattern(file.get(), fmt::format("{}/{}", group, pattern.name), maps, pattern);
    }
  }
  hdf5::flush(file, partial);
  hdf5::close(std::move(file), partial);
  std::error_code problem;
  std::filesystem::rename(partial, path, problem);
  if (problem) fail(ErrorCode::output, fmt::format("cannot write {}: {}", path, problem.message()));
}

}  // namespace shoal::motif
