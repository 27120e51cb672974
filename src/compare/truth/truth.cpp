// SPDX-License-Identifier: MIT
#include "compare/truth.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "compare/metrics/validity.hpp"
#include "compare/truth/dataset.hpp"
#include "genome/bed_reader.hpp"
#include "genome/line_reader.hpp"
#include "hdf5/isolated_reader.hpp"

namespace shoal::compare {

namespace {

bool is_bed_graph(std::string file) {
  if (file.ends_with(".gz")) file.resize(file.size() - 3);
  for (std::string_view const ending : {".bedgraph", ".bedGraph", ".bg", ".bdg"}) {
    if (file.ends_with(ending)) return true;
  }
  return false;
}

struct BedGraphRow {
  std::string contig;
  std::int64_t start = 0;
  std::int64_t end = 0;
  double value = 0;
};

std::optional<BedGraphRow> parse_bed_graph_row(std::string const& line) {
  auto const fields = split(line, '\t');
  if (fields.size() != 4) return std::nullopt;
  std::int64_t const start = parse_integer(fields[1]).value_or(-1);
  std::int64_t const end = parse_integer(fields[2]).value_or(-1);
  double const value = parse_real(fields[3]).value_or(not_a_number);
  if (start < 0 || end <= start || !std::isfinite(value)) return std::nullopt;
  return BedGraphRow{std::string(fields[0]), start, end, value};
}

std::string text_of(genome::Locus const& locus) {
  return fmt::format("{} ({}:{}-{})", shoal::quoted(locus.name), locus.contig, locus.start, locus.end);
}

}  // namespace

Truth Truth::read(std::string const& text) {
  Truth truth;
  std::string_view const text_view = text;
  auto const colon = text.rfind(":/");
  std::string const file = text.substr(0, colon);
  truth.path_ = file;
  if (colon != std::string::npos) {
    truth.read_dataset(file, text.substr(colon + 1));
  } else if (is_bed_graph(file)) {
    truth.read_bed_graph(file);
  } else {
    if (hdf5::has_hdf5_signature(file)) {
      fail(ErrorCode::input, fmt::format("{} is HDF5: name the dataset with the truth, {}:/DATASET", file, file));
    }
    truth.read_bed(file);
  }
  truth.identity_ = fmt::format("{} {}", file_digest(file),
                                colon == std::string::npos ? std::string_view("rows") : text_view.substr(colon + 1));
  return truth;
}

void Truth::read_dataset(std::string const& file, std::string const& dataset) {
  auto found = read_array(file, dataset);
  if (!found) fail(ErrorCode::input, fmt::format("{} has no dataset {}", file, dataset));
  hdf5::FloatArray& array = *found;
  auto const& shape = array.shape;
  bool const is_track = shape.size() == 2;
  if (!is_track && !(shape.size() == 3 && shape[1] == 4)) {
    fail(ErrorCode::input,
         fmt::format("{}: {} must be a track [rows, length] or base probabilities [rows, 4, length]", file, dataset));
  }
  rows_ = shape[0];
  channels_ = is_track ? 1 : 4;
  length_ = shape.back();
  if (!std::all_of(array.values.begin(), array.values.end(), [](float value) { return std::isfinite(value); })) {
    fail(ErrorCode::input, fmt::format("{}: {} has numbers that are not finite", file, dataset));
  }
  dataset_ = std::move(array.values);
  auto const sequences = read_sequences(file);
  for (std::size_t row = 0; row < sequences.size(); ++row) {
    row_of_sequence_.emplace(sequences[row], static_cast<std::int64_t>(row));
  }
}

void Truth::read_bed_graph(std::string const& file) {
  genome::LineReader lines(file);
  std::string line;
  while (lines.next(line)) {
    if (trim(line).empty() || line.starts_with('#') || line.starts_with("track") || line.starts_with("browser")) {
      continue;
    }
    auto const row = parse_bed_graph_row(line);
    if (!row) {
      fail(ErrorCode::input, fmt::format("{}: {} is no bedGraph row: contig, start, end and a value, tab-separated",
                                         lines.where(), shoal::quoted(line)));
    }
    tracks_[row->contig].intervals.push_back({row->start, row->end, row->value});
  }
  finish_tracks();
}

void Truth::read_bed(std::string const& file) {
  genome::BedReader rows(file, genome::Anchor::midpoint);
  while (auto const row = rows.next()) tracks_[row->contig].intervals.push_back({row->start, row->end, 1});
  finish_tracks();
}

void Truth::finish_tracks() {
  if (tracks_.empty()) fail(ErrorCode::input, fmt::format("{} has no rows", path_));
  for (auto& [contig, track] : tracks_) {
    std::ranges::stable_sort(track.intervals, {}, &Interval::start);
    for (Interval const& each : track.intervals) track.longest = std::max(track.longest, each.end - each.start);
  }
}

void Truth::check_rows(std::int64_t loci) const {
  if (channels_ == 0 || !row_of_sequence_.empty() || rows_ == loci) return;
  fail(ErrorCode::input, fmt::format("{} has {} rows and no dataset \"sequences\" that says which locus each belongs "
                                     "to; the stores have {} loci",
                                     path_, rows_, loci));
}

std::vector<double> Truth::values_of(genome::Locus const& locus) const {
  std::vector<double> values(at(locus.end - locus.start), 0.0);
  auto const found = tracks_.find(locus.contig);
  if (found == tracks_.end()) return values;
  auto const& [intervals, longest] = found->second;
  auto next = std::ranges::lower_bound(intervals, locus.start - longest, {}, &Interval::start);
  for (; next != intervals.end() && next->start < locus.end; ++next) {
    Interval const& each = *next;
    for (std::int64_t place = std::max(each.start, locus.start); place < std::min(each.end, locus.end); ++place) {
      values[at(place - locus.start)] = each.value;
    }
  }
  if (locus.strand == '-') std::reverse(values.begin(), values.end());
  return values;
}

LocusTruth Truth::of_locus(std::int64_t row, genome::Locus const& locus, genome::Codes const& sequence) const {
  if (channels_ == 0) return {values_of(locus), {}};
  std::int64_t place = row;
  if (!row_of_sequence_.empty()) {
    auto const found = row_of_sequence_.find(genome::to_text(sequence));
    if (found == row_of_sequence_.end()) {
      fail(ErrorCode::input,
           fmt::format("{} has no truth for locus {}: its sequence is not among \"sequences\"", path_, text_of(locus)));
    }
    place = found->second;
  }
  if (length_ != static_cast<std::int64_t>(sequence.size())) {
    fail(ErrorCode::input, fmt::format("{}: a truth of {} positions for locus {} of {} bases", path_, length_,
                                       text_of(locus), sequence.size()));
  }
  auto const first = dataset_.begin() + place * channels_ * length_;
  std::vector<double> values(first, first + channels_ * length_);
  if (channels_ == 1) return {std::move(values), {}};
  return {information(values), std::move(values)};
}

}  // namespace shoal::compare
