// SPDX-License-Identifier: MIT
// HDF5 in the layouts of ChromBPNet and bpnet-shap.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "attribution/map_layout.hpp"
#include "base/error.hpp"
#include "exports/export.hpp"
#include "exports/formats/layouts.hpp"
#include "exports/formats/numbers.hpp"
#include "hdf5/file.hpp"
#include "hdf5/text.hpp"
#include "store/output_file.hpp"
#include "store/posix_file.hpp"

namespace shoal::exports {

namespace {

using hdf5::ElementKind;
using hdf5::RowDataset;

void write_origin(hid_t file, ExportSource const& source) {
  auto const root = hdf5::own<hdf5::Object>(H5Oopen(file, "/", H5P_DEFAULT), "cannot open /", ErrorCode::output);
  hdf5::write_text(root.get(), "shoal.model", source.model().name);
  hdf5::write_text(root.get(), "shoal.task", source.task().name);
  hdf5::write_text(root.get(), "shoal.method", source.method().name);
  hdf5::write_text(root.get(), "shoal.gauge", std::string(to_string(source.gauge())));
  if (source.array() != "map") hdf5::write_text(root.get(), "shoal.array", source.array());
}

// Makes an HDF5 file that `fill` fills; it gets its name when it is complete.
void write_file(ExportSource const& source, std::string const& path, std::function<void(hid_t)> const& fill) {
  expect_rows(source);
  if (path.empty()) fail(ErrorCode::config, "no --output was given: HDF5 does not go to standard output");
  std::string const temporary = path + ".partial";
  mpi::Communicator const alone;
  try {
    auto file = hdf5::create_file(alone, temporary);
    write_origin(file.get(), source);
    fill(file.get());
    hdf5::flush(file, path);
    hdf5::close(std::move(file), path);
  } catch (...) {
    std::remove(temporary.c_str());
    throw;
  }
  store::publish(temporary, path);
}

// A narrowPeak line. A window may begin before its contig, which BED cannot say: the start is then 0.
std::string region_line(genome::Locus const& locus) {
  std::int64_t const start = std::max<std::int64_t>(locus.start, 0);
  std::int64_t const middle = std::max(locus.start + (locus.end - locus.start) / 2, start);
  return fmt::format("{}\t{}\t{}\t{}\t0\t{}\t0\t-1\t-1\t{}\n", locus.contig, start, locus.end,
                     locus.name.empty() ? "." : locus.name, locus.strand, middle - start);
}

// Bytes of the longest contig name among the rows.
std::int64_t contig_width(ExportSource const& source) {
  std::size_t width = 1;
  for (std::int64_t const row : source.rows()) width = std::max(width, source.reader().locus(row).contig.size());
  return static_cast<std::int64_t>(width);
}

template <class Number>
void write_row(RowDataset const& dataset, std::int64_t row, std::vector<Number> const& numbers) {
  dataset.write(row, std::as_bytes(std::span(numbers)));
}

}  // namespace

void export_chrombpnet(ExportSource const& source, std::string const& path, FloatWidth width) {
  store::OutputFile regions(without_suffix(path, ".h5") + ".interpreted_regions.bed");
  write_file(source, path, [&](hid_t file) {
    for (char const* group : {"/raw", "/shap", "/projected_shap"}) hdf5::create_group(file, group);
    auto const rows = static_cast<std::int64_t>(source.rows().size());
    std::vector<std::int64_t> const shape = {4, source.length()};
    auto const raw = RowDataset::create(file, "/raw/seq", rows, {ElementKind::int8, shape});
    auto const map = RowDataset::create(file, "/shap/seq", rows, {element_kind(width), shape});
    auto const projection = RowDataset::create(file, "/projected_shap/seq", rows, {element_kind(width), shape});
    for (std::int64_t row = 0; row < rows; ++row) {
      ExportedRow const read = source.read(source.rows()[static_cast<std::size_t>(row)]);
      write_row(raw, row, one_hot(read.sequence));
      map.write(row, encoded(read.map, width));
      projection.write(row, encoded(projected_map(read), width));
      regions.write(region_line(read.locus));
    }
  });
  regions.publish();
}

void export_bpnet(ExportSource const& source, std::string const& path, FloatWidth width) {
  write_file(source, path, [&](hid_t file) {
    auto const rows = static_cast<std::int64_t>(source.rows().size());
    std::vector<std::int64_t> const shape = {source.length(), 4};
    hdf5::RowType const contig_type{ElementKind::text, {}, contig_width(source)};
    auto const sequences = RowDataset::create(file, "/input_seqs", rows, {ElementKind::int8, shape});
    auto const map = RowDataset::create(file, "/hyp_scores", rows, {element_kind(width), shape});
    auto const contigs = RowDataset::create(file, "/coords_chrom", rows, contig_type);
    auto const starts = RowDataset::create(file, "/coords_start", rows, {ElementKind::int64, {}});
    auto const ends = RowDataset::create(file, "/coords_end", rows, {ElementKind::int64, {}});
    for (std::int64_t row = 0; row < rows; ++row) {
      ExportedRow const read = source.read(source.rows()[static_cast<std::size_t>(row)]);
      write_row(sequences, row, attribution::positions_first(one_hot(read.sequence)));
      map.write(row, encoded(attribution::positions_first(read.map), width));
      std::string contig = read.locus.contig;
      contig.resize(static_cast<std::size_t>(contig_type.text_width), '\0');
      contigs.write(row, std::as_bytes(std::span(contig)));
      write_row(starts, row, std::vector{read.locus.start});
      write_row(ends, row, std::vector{read.locus.end});
    }
  });
}

}  // namespace shoal::exports
