// SPDX-License-Identifier: MIT
// A numpy archive (.npz) with one array, written piece by piece: a zip file with one stored member in numpy's format.
// Formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (version 1.0) and APPNOTE.TXT 6.3
// of PKWARE, with the 64-bit sizes of its section 4.5.3.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/output_file.hpp"

namespace shoal::exports {

// What precedes an array's bytes in a .npy file: magic, version and description, for `type` ("<f4", "|i1") and `shape`,
// row-major.
std::string numpy_header(std::string const& type, std::vector<std::int64_t> const& shape);

class NumpyArchive {
 public:
  // An array `name`. Errors: output.
  NumpyArchive(std::string const& path, std::string const& name, std::string const& type,
               std::vector<std::int64_t> const& shape, std::int64_t element_bytes);

  void append(std::span<std::byte const> bytes);  // errors: output
  // Completes the file. Errors: output; internal, when the bytes are not those of the shape.
  void publish();

 private:
  std::string local_header() const;
  std::string directory() const;

  store::OutputFile file_;
  std::string member_;  // NAME.npy
  std::uint64_t size_;  // bytes of the member
  std::uint64_t written_ = 0;
  std::uint32_t checksum_ = 0;  // CRC-32 of what was written
};

}  // namespace shoal::exports
