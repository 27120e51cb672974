// SPDX-License-Identifier: MIT
// Lines of a text file that may be compressed with gzip or bgzip, with line numbers for messages.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace shoal::genome {

enum class Compression { none, gzip, bgzip };

// The first line of a file without a byte order mark of UTF-8. Errors: input, after `where`, for the mark of UTF-16.
std::string_view without_mark(std::string_view first_line, std::string const& where);

class LineReader {
 public:
  // Reads the file `path`, or `bytes` if they are given and `path` only names them. Errors: input, when the file is
  // missing, a folder, empty or unreadable, or a bgzip file lacks its end marker.
  explicit LineReader(std::string path, std::string const* bytes = nullptr);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  // Reads the next line without its line end (LF or CRLF); false at the end of the file. A byte order mark of UTF-8 is
  // skipped. Errors: input, when the compressed data are damaged or cut short, or the text is UTF-16.
  bool next(std::string& line);
  // Number of the line that `next` gave last, counted from 1.
  std::int64_t line_number() const;
  // "file:line" of the line that `next` gave last.
  std::string where() const;
  Compression compression() const;
  // Whether the first line began with a byte order mark.
  bool had_mark() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::genome
