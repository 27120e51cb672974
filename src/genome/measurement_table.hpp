// SPDX-License-Identifier: MIT
// Tables of sequences and measurements: tab- or comma-separated text with a header, plain, gzip or bgzip.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::genome {

// Which set a row belongs to.
enum class RowSet : std::uint8_t { unassigned, train, validation, test };

// Names of the columns. An empty name, and an optional column that the header does not have, are left out.
struct MeasurementColumns {
  std::string sequence = "sequence";
  std::string measurement = "y";
  std::string standard_error = "dy";  // optional
  std::string weight = "weight";      // optional
  std::string split = "split";        // optional: train or training, validation, test
};

struct MeasurementTable {
  std::string path;
  std::vector<std::string> sequences;  // all of one length, not empty
  std::vector<double> measurements;
  std::vector<double> standard_errors;  // one a row, or empty without the column
  std::vector<double> weights;          // likewise
  std::vector<RowSet> sets;             // likewise
  std::vector<std::int64_t> lines;      // of each row in the file, from 1

  std::size_t rows() const { return sequences.size(); }
  // "file:line" of a row.
  std::string where(std::size_t row) const;
};

// Reads a table. The header's first separator, tab or comma, is the file's; double quotes around a field are taken
// off, and nothing else is quoted; lines that begin with # and empty lines are skipped. Errors: input, naming file,
// line and column: a column that is missing or there twice, a row with too many or too few fields, an empty or ragged
// sequence, a measurement that is no finite number, a standard error or weight that is not positive, an unknown set,
// and a table without rows.
MeasurementTable read_measurements(std::string const& path, MeasurementColumns const& columns = {});

}  // namespace shoal::genome
