// SPDX-License-Identifier: MIT
// Records of separated text, as spreadsheets and data frames write them, with quoted fields as in RFC 4180.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genome/line_reader.hpp"

namespace shoal::genome {

// Reads records one by one, plain, gzip or bgzip. Blank lines and lines that begin with # are skipped where a
// record would begin.
//
// The separator is that of the first record: a tab if it has one outside quotes, else the more frequent of comma and
// semicolon, and the comma if they are equally frequent. A line "sep=;" before it, which Excel writes, names it
// instead.
//
// A field that begins with a double quote ends at the next one that stands alone. A doubled quote is a quote;
// separators and line ends in between belong to the field. Fields have no white space at their ends, except quoted
// fields, which are kept as they are between their quotes. A quote inside a field that does not begin with one is a
// letter like any other.
class RecordReader {
 public:
  // Errors: those of LineReader.
  explicit RecordReader(std::string path);

  // The next record's fields; false at the end of the file. Errors: input, naming the line where the record begins:
  // text after a closing quote, a quoted field without an end, or one that is longer than 1 MB; those of LineReader.
  bool next(std::vector<std::string>& fields);
  // Separator and line of the record that `next` gave last.
  char separator() const { return separator_; }
  std::int64_t line_number() const { return line_; }  // where it begins, counted from 1
  std::string where() const;                          // "file:line"
  // How many records took several lines so far, and where the first of them begins (0: none did).
  std::int64_t long_records() const { return long_records_; }
  std::int64_t first_long_record() const { return first_long_record_; }

 private:
  bool begin_record();
  bool take_separator_line();
  std::string field_at(std::size_t& at, std::size_t number);
  std::string quoted_field_at(std::size_t& at, std::size_t number);

  std::string path_;
  LineReader lines_;
  std::string text_;  // fields of the record, as far as it was read
  char separator_ = '\0';
  std::int64_t line_ = 0;
  std::int64_t long_records_ = 0;
  std::int64_t first_long_record_ = 0;
};

}  // namespace shoal::genome
