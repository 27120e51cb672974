// SPDX-License-Identifier: MIT
// Lines of a text file that may be compressed with gzip or bgzip, with line numbers for messages.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace shoal::genome {

enum class Compression { none, gzip, bgzip };

class LineReader {
 public:
  // Errors: input, when the file is missing, a folder, empty or unreadable, or a bgzip file lacks its end marker.
  explicit LineReader(std::string path);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  // Reads the next line without its line end (LF or CRLF); false at the end of the file.
  // Errors: input, when the compressed data are damaged or cut short.
  bool next(std::string& line);
  // Number of the line that `next` gave last, counted from 1.
  std::int64_t line_number() const;
  // "file:line" of the line that `next` gave last.
  std::string where() const;
  Compression compression() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::genome
