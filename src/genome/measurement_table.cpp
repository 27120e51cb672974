// SPDX-License-Identifier: MIT
#include "genome/measurement_table.hpp"

#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "genome/line_reader.hpp"

namespace shoal::genome {

namespace {

std::string_view unquoted(std::string_view field) {
  field = trim(field);
  bool const has_quotes = field.size() >= 2 && field.front() == '"' && field.back() == '"';
  return has_quotes ? field.substr(1, field.size() - 2) : field;
}

// Where the columns stand in a line.
struct Positions {
  char separator = '\t';
  std::size_t fields = 0;
  std::size_t sequence = 0;
  std::size_t measurement = 0;
  std::optional<std::size_t> standard_error;
  std::optional<std::size_t> weight;
  std::optional<std::size_t> split;
};

std::optional<std::size_t> find_column(std::vector<std::string_view> const& header, std::string const& name,
                                       std::string const& where) {
  std::optional<std::size_t> found;
  for (std::size_t column = 0; column < header.size() && !name.empty(); ++column) {
    if (unquoted(header[column]) != name) continue;
    if (found) fail(ErrorCode::input, fmt::format("{}: the column {} is there twice", where, quoted(name)));
    found = column;
  }
  return found;
}

Positions read_header(std::string const& line, MeasurementColumns const& columns, std::string const& where) {
  Positions positions;
  positions.separator = line.find('\t') != std::string::npos ? '\t' : ',';
  auto const header = split(line, positions.separator);
  positions.fields = header.size();
  auto const required = [&](std::string const& name) {
    auto const found = find_column(header, name, where);
    if (!found) {
      fail(ErrorCode::input,
           fmt::format("{}: the header has no column {}; it reads {}", where, quoted(name), quoted(line, 200)));
    }
    return *found;
  };
  positions.sequence = required(columns.sequence);
  positions.measurement = required(columns.measurement);
  positions.standard_error = find_column(header, columns.standard_error, where);
  positions.weight = find_column(header, columns.weight, where);
  positions.split = find_column(header, columns.split, where);
  return positions;
}

RowSet parse_set(std::string_view text, std::string const& where, std::string const& column) {
  if (text == "train" || text == "training") return RowSet::train;
  if (text == "validation") return RowSet::validation;
  if (text == "test") return RowSet::test;
  fail(ErrorCode::input,
       fmt::format("{}, column {}: {} is no set; use train, validation or test", where, quoted(column), quoted(text)));
}

class TableReader {
 public:
  TableReader(std::string const& path, MeasurementColumns const& columns) : lines_(path), columns_(columns) {
    table_.path = path;
  }

  MeasurementTable read() {
    std::string line;
    if (!next(line)) fail(ErrorCode::input, fmt::format("{}: the table has no header", table_.path));
    positions_ = read_header(line, columns_, lines_.where());
    while (next(line)) add_row(line);
    if (table_.rows() == 0) fail(ErrorCode::input, fmt::format("{}: the table has no rows", table_.path));
    return std::move(table_);
  }

 private:
  // The next line that is neither empty nor a comment.
  bool next(std::string& line) {
    while (lines_.next(line)) {
      if (!trim(line).empty() && line.front() != '#') return true;
    }
    return false;
  }

  double number(std::string_view field, std::string const& column, bool positive) const {
    auto const value = parse_real(field);
    if (!value || !std::isfinite(*value)) {
      fail(ErrorCode::input, fmt::format("{}, column {}: {} is no finite number; drop the row or give it one",
                                         lines_.where(), quoted(column), quoted(field)));
    }
    if (positive && !(*value > 0)) {
      fail(ErrorCode::input,
           fmt::format("{}, column {}: {} must be positive", lines_.where(), quoted(column), quoted(field)));
    }
    return *value;
  }

  void add_sequence(std::string_view sequence) {
    if (sequence.empty()) {
      fail(ErrorCode::input,
           fmt::format("{}, column {}: the sequence is empty", lines_.where(), quoted(columns_.sequence)));
    }
    if (!table_.sequences.empty() && sequence.size() != table_.sequences.front().size()) {
      fail(ErrorCode::input,
           fmt::format("{}, column {}: this sequence has {} letters, those before it (line {}) {}: align or pad them",
                       lines_.where(), quoted(columns_.sequence), sequence.size(), table_.lines.front(),
                       table_.sequences.front().size()));
    }
    table_.sequences.emplace_back(sequence);
  }

  void add_row(std::string const& line) {
    auto const fields = split(line, positions_.separator);
    if (fields.size() != positions_.fields) {
      fail(ErrorCode::input,
           fmt::format("{}: {} fields where the header has {}", lines_.where(), fields.size(), positions_.fields));
    }
    add_sequence(unquoted(fields[positions_.sequence]));
    table_.lines.push_back(lines_.line_number());
    table_.measurements.push_back(number(unquoted(fields[positions_.measurement]), columns_.measurement, false));
    if (positions_.standard_error) {
      table_.standard_errors.push_back(
          number(unquoted(fields[*positions_.standard_error]), columns_.standard_error, true));
    }
    if (positions_.weight) {
      table_.weights.push_back(number(unquoted(fields[*positions_.weight]), columns_.weight, true));
    }
    if (positions_.split) {
      table_.sets.push_back(parse_set(unquoted(fields[*positions_.split]), lines_.where(), columns_.split));
    }
  }

  LineReader lines_;
  MeasurementColumns const& columns_;
  Positions positions_;
  MeasurementTable table_;
};

}  // namespace

std::string MeasurementTable::where(std::size_t row) const {
  return fmt::format("{}:{}", path, lines[row]);
}

MeasurementTable read_measurements(std::string const& path, MeasurementColumns const& columns) {
  return TableReader(path, columns).read();
}

}  // namespace shoal::genome
