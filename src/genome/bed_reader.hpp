// SPDX-License-Identifier: MIT
// Rows of a BED, narrowPeak, broadPeak or gappedPeak file, or of a table whose first columns are those of BED.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "genome/line_reader.hpp"
#include "genome/loci.hpp"

namespace shoal::genome {

// One row, 0-based and half-open; `name` is empty when the row has none ('.' or no column 4). An insertion point has no
// length: start == end.
struct BedRow {
  std::string contig;
  std::int64_t start = 0;
  std::int64_t end = 0;
  char strand = '+';  // '+', '-' or '.'; '+' without column 6
  std::string name;
  std::int64_t summit = -1;  // offset of the summit from `start` with Anchor::summit, otherwise -1
};

// Reads rows one by one. Comments (#), track and browser lines and blank lines are skipped. Columns are separated
// by tabs, or by white space in a line without tabs, and every row has as many columns as the first. Columns after the
// sixth are not read, except for a summit in the tenth (narrowPeak, also with more columns as IDR writes it). Format:
// https://samtools.github.io/hts-specs/BEDv1.pdf, narrowPeak: https://genome.ucsc.edu/FAQ/FAQformat.html#format12
class BedReader {
 public:
  // Reads the file `path`, or `bytes` (LineReader). Errors: those of LineReader.
  BedReader(std::string path, Anchor anchor, std::string const* bytes = nullptr);

  // The next row, or nothing at the end of the file. Errors: input, naming file, line and the offending text.
  std::optional<BedRow> next();
  // "file:line" of the row that `next` gave last.
  std::string where() const { return lines_.where(); }
  std::int64_t line_number() const { return lines_.line_number(); }

 private:
  BedRow parse(std::string const& line);

  LineReader lines_;
  Anchor anchor_;
  std::size_t columns_ = 0;
  std::int64_t first_row_line_ = 0;
};

}  // namespace shoal::genome
