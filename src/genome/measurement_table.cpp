// SPDX-License-Identifier: MIT
#include "genome/measurement_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "genome/decimal_text.hpp"
#include "genome/record_reader.hpp"

namespace shoal::genome {

namespace {

using Fields = std::vector<std::string>;

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& letter : made) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return made;
}

// The columns of the table, for messages.
std::string listed(Fields const& header) {
  constexpr std::size_t most = 30;
  std::vector<std::string> names;
  for (std::string const& name : header) {
    if (names.size() < most) names.push_back(quoted(name));
  }
  if (header.size() > most) names.push_back(fmt::format("and {} more", header.size() - most));
  return join(names, ", ");
}

std::optional<std::size_t> find_column(Fields const& header, std::string const& name, std::string const& where) {
  auto const found = std::find(header.begin(), header.end(), name);
  if (name.empty() || found == header.end()) return std::nullopt;
  if (std::find(found + 1, header.end(), name) != header.end()) {
    fail(ErrorCode::input, fmt::format("{}: the column {} is there twice", where, quoted(name)));
  }
  return static_cast<std::size_t>(found - header.begin());
}

std::size_t required_column(Fields const& header, std::string const& name, std::string const& where) {
  if (auto const found = find_column(header, name, where)) return *found;
  fail(ErrorCode::input,
       fmt::format("{}: the table has no column {}; its columns are {}", where, quoted(name), listed(header)));
}

std::optional<std::size_t> optional_column(Fields const& header, OptionalColumn const& column,
                                           std::string const& where) {
  return column.is_required ? required_column(header, column.name, where) : find_column(header, column.name, where);
}

std::optional<RowSet> set_of(std::string_view text) {
  std::string const name = lower(text);
  if (name == "train" || name == "training") return RowSet::train;
  for (char const* other : {"validation", "valid", "val", "dev", "development"}) {
    if (name == other) return RowSet::validation;
  }
  if (name == "test" || name == "testing") return RowSet::test;
  return std::nullopt;
}

// Whether a column that nobody named has the name of sets, or begins like one.
bool looks_like_sets(std::string const& name, std::string const& first_value) {
  std::string const called = lower(name);
  return called == "set" || called == "split" || called == "subset" || called == "partition" ||
         set_of(first_value).has_value();
}

class TableReader {
 public:
  TableReader(std::string const& path, MeasurementColumns const& columns) : records_(path), columns_(columns) {
    table_.path = path;
  }

  MeasurementTable read() {
    if (!records_.next(header_)) fail(ErrorCode::input, fmt::format("{}: the table has no header", table_.path));
    find_columns();
    numbers_.emplace(records_.separator() != ',');
    for (Fields fields; records_.next(fields);) add_row(fields);
    if (table_.rows() == 0) fail(ErrorCode::input, fmt::format("{}: the table has no rows", table_.path));
    if (auto const objection = numbers_->objection(); !objection.empty()) {
      fail(ErrorCode::input, fmt::format("{}: {}", table_.path, objection));
    }
    if (records_.long_records() > 0) {
      log(LogLevel::info, fmt::format("{}: {} rows go over several lines, inside quotes; the first begins in line {}",
                                      table_.path, records_.long_records(), records_.first_long_record()));
    }
    return std::move(table_);
  }

 private:
  void find_columns() {
    std::string const where = records_.where();
    sequence_ = required_column(header_, columns_.sequence, where);
    measurement_ = required_column(header_, columns_.measurement, where);
    standard_error_ = optional_column(header_, columns_.standard_error, where);
    weight_ = optional_column(header_, columns_.weight, where);
    split_ = optional_column(header_, columns_.split, where);
  }

  // Rows would be divided at random, although the table seems to say how.
  void mention_unused_sets(Fields const& first_row) const {
    if (split_ || columns_.split.name.empty()) return;
    for (std::size_t column = 0; column < header_.size(); ++column) {
      bool const is_used =
          column == sequence_ || column == measurement_ || column == standard_error_ || column == weight_;
      if (is_used || !looks_like_sets(header_[column], first_row[column])) continue;
      log(LogLevel::info,
          fmt::format("{}: the column {}, which begins with {}, is not used; give --split-column {} if it "
                      "divides the rows into training, validation and test",
                      table_.path, quoted(header_[column]), quoted(first_row[column]), header_[column]));
    }
  }

  std::string at_column(std::string const& column) const {
    return fmt::format("{}, column {}", records_.where(), quoted(column));
  }

  double number(std::string const& field, std::string const& column, bool positive) {
    auto const value = numbers_->read(field, records_.line_number());
    if (!value || !std::isfinite(*value)) {
      bool const has_comma = records_.separator() == ',' && field.find(',') != std::string::npos;
      fail(ErrorCode::input,
           fmt::format("{}: {} is no finite number; drop the row or give it one{}", at_column(column), quoted(field),
                       has_comma ? " (a decimal comma needs fields that semicolons or tabs separate)" : ""));
    }
    if (positive && !(*value > 0)) {
      fail(ErrorCode::input, fmt::format("{}: {} must be positive", at_column(column), quoted(field)));
    }
    return *value;
  }

  void add_sequence(std::string const& sequence) {
    if (sequence.empty()) {
      fail(ErrorCode::input, fmt::format("{}: the sequence is empty", at_column(columns_.sequence)));
    }
    if (!table_.sequences.empty() && sequence.size() != table_.sequences.front().size()) {
      fail(ErrorCode::input,
           fmt::format("{}: this sequence has {} letters, those before it (line {}) {}: align or pad them",
                       at_column(columns_.sequence), sequence.size(), table_.lines.front(),
                       table_.sequences.front().size()));
    }
    table_.sequences.push_back(sequence);
  }

  void add_set(std::string const& field) {
    auto const set = set_of(field);
    if (!set) {
      fail(ErrorCode::input, fmt::format("{}: {} is no set; use train, validation (or val) and test",
                                         at_column(columns_.split.name), quoted(field)));
    }
    table_.sets.push_back(*set);
  }

  void add_row(Fields const& fields) {
    if (fields.size() != header_.size()) {
      fail(ErrorCode::input, fmt::format("{}: {} fields where the header has {}; a separator inside a field needs "
                                         "double quotes around it",
                                         records_.where(), fields.size(), header_.size()));
    }
    if (table_.rows() == 0) mention_unused_sets(fields);
    add_sequence(fields[sequence_]);
    table_.lines.push_back(records_.line_number());
    table_.measurements.push_back(number(fields[measurement_], columns_.measurement, false));
    if (standard_error_) {
      table_.standard_errors.push_back(number(fields[*standard_error_], columns_.standard_error.name, true));
    }
    if (weight_) table_.weights.push_back(number(fields[*weight_], columns_.weight.name, true));
    if (split_) add_set(fields[*split_]);
  }

  RecordReader records_;
  MeasurementColumns const& columns_;
  Fields header_;
  std::size_t sequence_ = 0;
  std::size_t measurement_ = 0;
  std::optional<std::size_t> standard_error_;
  std::optional<std::size_t> weight_;
  std::optional<std::size_t> split_;
  std::optional<DecimalText> numbers_;
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
