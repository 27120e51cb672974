// SPDX-License-Identifier: MIT
// A numpy archive (.npz) with one array, written piece by piece: a zip file with one stored member in numpy's format.
// The same array gives the same bytes: the member's time is fixed.
// Formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (version 1.0) and APPNOTE.TXT 6.3
// of PKWARE, with the 64-bit sizes of its section 4.5.3. The checksum is zlib's.
//
// libzip, which reads Keras's archives, is not used for writing. It asks for a member's bytes by a callback, all of
// them within zip_close, into a temporary file of its own. Here rows come one after the other from a loop that computes
// them, sometimes for two archives at once: libzip would need a second pass over the store or a copy of the array.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/output_file.hpp"

namespace shoal::exports {

// What precedes an array's bytes in a .npy file: magic number, version and description, for numpy's name of the `type`
// ("<f4", "|i1") and a row-major `shape`.
std::string numpy_header(std::string const& type, std::vector<std::int64_t> const& shape);

class NumpyArchive {
 public:
  // Begins the file `path` with an array `name` of numpy's `type`, whose elements have `element_bytes`. Errors: output.
  NumpyArchive(std::string const& path, std::string const& name, std::string const& type,
               std::vector<std::int64_t> const& shape, std::int64_t element_bytes);

  // The array's next bytes, row-major and little endian. Errors: output.
  void append(std::span<std::byte const> bytes);
  // Completes the file and gives it its name. Errors: output; internal, when there were more or fewer bytes than the
  // shape has.
  void publish();

 private:
  std::string local_header() const;
  std::string directory() const;

  store::OutputFile file_;
  std::string member_;          // NAME.npy
  std::uint64_t size_;          // bytes of the member: header and array
  std::uint64_t written_ = 0;   // of these
  std::uint32_t checksum_ = 0;  // CRC-32 of these
};

}  // namespace shoal::exports
