// SPDX-License-Identifier: MIT
// A zip archive that is read. Archives of others are opened in a child process (sandbox/isolated_process.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace shoal::archives {

// `strict` compares every member's own header with the archive's list; NumPy writes archives whose sizes stand in the
// list alone.
enum class ZipChecks { usual, strict };

class ZipFile {
 public:
  // Errors: input, "FILE is not a readable zip archive: REASON".
  explicit ZipFile(std::string const& file, ZipChecks checks = ZipChecks::usual);
  ZipFile(ZipFile&&) noexcept;
  ~ZipFile();

  // In the archive's order.
  std::vector<std::string> names() const;
  bool has(std::string const& name) const;
  // The bytes of a member; the size that the archive declares is not trusted. Errors: input, naming member and file: it
  // cannot be opened, is damaged, or has more than `most` bytes.
  std::string read(std::string const& name, std::uint64_t most) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::archives
