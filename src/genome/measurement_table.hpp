// SPDX-License-Identifier: MIT
// Tables of sequences and measurements: text with a header, separated by tabs, commas or semicolons.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::genome {

// Which set a row belongs to.
enum class RowSet : std::uint8_t { unassigned, train, validation, test };

// A column that a table may lack, unless the user named it.
struct OptionalColumn {
  std::string name;  // empty: none is read
  bool is_required = false;
};

struct MeasurementColumns {
  std::string sequence = "sequence";
  std::string measurement = "y";
  OptionalColumn standard_error = {"dy"};
  OptionalColumn weight = {"weight"};
  // Names of sets, in upper or lower case: train or training; validation, valid, val, dev or development; test or
  // testing.
  OptionalColumn split = {"split"};
};

struct MeasurementTable {
  std::string path;
  std::vector<std::string> sequences;  // all of one length, not empty
  std::vector<double> measurements;
  std::vector<double> standard_errors;  // one per row, or empty without the column
  std::vector<double> weights;          // one per row, or empty without the column
  std::vector<RowSet> sets;             // one per row, or empty without the column
  std::vector<std::int64_t> lines;      // line of each row in the file, from 1

  std::size_t rows() const { return sequences.size(); }
  // "file:line" of a row.
  std::string where(std::size_t row) const;
};

// Reads a table of records (genome/record_reader.hpp). Numbers may begin with a plus sign, and have a decimal comma
// if commas do not separate fields. The log says what is likely to surprise: a column that looks like sets and
// is not used, records over several lines. Errors: input, naming file, line and column: a column that is missing (with
// the columns that exist) or that exists twice, a record with too many or too few fields, an empty or ragged sequence,
// a measurement that is no finite number, a standard error or weight that is not positive, an unknown set, decimal
// commas beside decimal points, commas that may just as well separate thousands, and a table without rows.
MeasurementTable read_measurements(std::string const& path, MeasurementColumns const& columns = {});

}  // namespace shoal::genome
