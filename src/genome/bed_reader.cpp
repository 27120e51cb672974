// SPDX-License-Identifier: MIT
#include "genome/bed_reader.hpp"

#include <fmt/core.h>

#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::genome {

namespace {

// Far above any chromosome, and low enough that sums of coordinates and window lengths cannot overflow.
constexpr std::int64_t largest_coordinate = std::int64_t{1} << 48;

bool is_header(std::string_view line, std::string_view word) {
  return line.starts_with(word) &&
         (line.size() == word.size() || line[word.size()] == ' ' || line[word.size()] == '\t');
}

bool is_row(std::string_view line) {
  return !trim(line).empty() && line.front() != '#' && !is_header(line, "track") && !is_header(line, "browser");
}

std::vector<std::string_view> columns_of(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return split(line, '\t');
  std::vector<std::string_view> columns;
  for (std::string_view const piece : split(line, ' ')) {
    if (!piece.empty()) columns.push_back(piece);
  }
  return columns;
}

std::int64_t parse_coordinate(std::string_view text, std::string_view what, std::string const& where) {
  auto const value = parse_integer(text);
  if (!value || *value < 0 || *value > largest_coordinate) {
    fail(ErrorCode::input,
         fmt::format("{}: the {} {} is not an integer from 0 to {}", where, what, quoted(text), largest_coordinate));
  }
  return *value;
}

char parse_strand(std::string_view text, std::string const& where) {
  if (text != "+" && text != "-" && text != ".") {
    fail(ErrorCode::input, fmt::format("{}: the strand (column 6) {} is not +, - or .", where, quoted(text)));
  }
  return text.front();
}

// BED12 and gappedPeak have in column 10 how many blocks there are, whose sizes column 11 lists.
bool has_blocks(std::vector<std::string_view> const& columns) {
  if (columns.size() != 12 && columns.size() != 15) return false;
  auto sizes = split(columns[10], ',');
  if (sizes.back().empty()) sizes.pop_back();
  return parse_integer(columns[9]) == static_cast<std::int64_t>(sizes.size());
}

std::int64_t parse_summit(std::vector<std::string_view> const& columns, std::int64_t width, std::string const& where) {
  if (columns.size() < 10 || has_blocks(columns)) {
    fail(ErrorCode::input, fmt::format("{}: the anchor 'summit' needs narrowPeak's 10 columns, this row has {}{}: "
                                       "give narrowPeak or use the anchor 'midpoint'",
                                       where, columns.size(), columns.size() < 10 ? "" : " with blocks"));
  }
  auto const summit = parse_integer(columns[9]);
  if (!summit) {
    fail(ErrorCode::input, fmt::format("{}: the summit (column 10) {} is not an integer", where, quoted(columns[9])));
  }
  if (*summit == -1) {
    fail(ErrorCode::input,
         fmt::format("{}: the peak has no summit (column 10 is -1): remove the row or use the anchor 'midpoint'",
                     where));
  }
  if (*summit < 0 || *summit >= width) {
    fail(ErrorCode::input, fmt::format("{}: the summit (column 10) {} lies outside its peak of {} bases", where,
                                       quoted(columns[9]), width));
  }
  return *summit;
}

}  // namespace

BedReader::BedReader(std::string path, Anchor anchor, std::string const* bytes)
    : lines_(std::move(path), bytes), anchor_(anchor) {}

std::optional<BedRow> BedReader::next() {
  std::string line;
  while (lines_.next(line)) {
    if (is_row(line)) return parse(line);
  }
  return std::nullopt;
}

BedRow BedReader::parse(std::string const& line) {
  std::string const where = lines_.where();
  auto columns = columns_of(line);
  for (auto& column : columns) column = trim(column);
  if (columns.size() < 3) {
    fail(ErrorCode::input, fmt::format("{}: {} has {} column(s), but BED has 3 or more, separated by tabs", where,
                                       quoted(line), columns.size()));
  }
  if (columns_ == 0) {
    columns_ = columns.size();
    first_row_line_ = lines_.line_number();
  }
  if (columns.size() != columns_) {
    fail(ErrorCode::input,
         fmt::format("{}: {} has {} columns, but line {} has {}: all rows of a BED file have the same", where,
                     quoted(line), columns.size(), first_row_line_, columns_));
  }
  BedRow row;
  row.contig = columns[0];
  if (row.contig.empty()) fail(ErrorCode::input, fmt::format("{}: no contig (column 1) in {}", where, quoted(line)));
  row.start = parse_coordinate(columns[1], "start (column 2)", where);
  row.end = parse_coordinate(columns[2], "end (column 3)", where);
  if (row.start > row.end) {
    fail(ErrorCode::input, fmt::format("{}: the start {} is above the end {}", where, row.start, row.end));
  }
  if (columns.size() > 3 && columns[3] != ".") row.name = columns[3];
  if (columns.size() > 5) row.strand = parse_strand(columns[5], where);
  if (anchor_ == Anchor::summit) row.summit = parse_summit(columns, row.end - row.start, where);
  return row;
}

}  // namespace shoal::genome
