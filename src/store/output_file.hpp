// SPDX-License-Identifier: MIT
// A file that gets its name when it is complete. Every write is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_handle.hpp"

namespace shoal::store {

class OutputFile {
 public:
  // Writes to PATH.partial, or to standard output when `path` is empty. Errors: output.
  explicit OutputFile(std::string path);
  OutputFile(OutputFile&&) = default;
  // Removes a file that was not published.
  ~OutputFile();

  void write(std::span<std::byte const> bytes);  // errors: output
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // Replaces bytes that were written before, from `offset` on. Errors: output.
  void rewrite(std::int64_t offset, std::span<std::byte const> bytes);
  // Gives the file its name, replacing another of that name. Errors: output.
  void publish();

 private:
  struct StreamTraits {
    using type = std::FILE*;
    static type null() { return nullptr; }
    static void release(type stream) { static_cast<void>(std::fclose(stream)); }
  };

  std::string partial() const { return path_ + ".partial"; }

  std::string path_;
  UniqueHandle<StreamTraits> file_;  // empty for standard output
};

// Writes a whole text to a file, or to standard output if `path` is empty. Errors: output.
void write_text_file(std::string const& path, std::string_view text);

}  // namespace shoal::store
