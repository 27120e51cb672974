// SPDX-License-Identifier: MIT
#include "exports/numpy_archive.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include "base/error.hpp"

namespace shoal::exports {

namespace {

// The low `count` bytes of `number`, little endian.
std::string number(std::uint64_t number, int count) {
  std::string bytes;
  for (int byte = 0; byte < count; ++byte) bytes += static_cast<char>((number >> (8 * byte)) & 0xff);
  return bytes;
}

std::uint64_t product(std::vector<std::int64_t> const& shape) {
  std::uint64_t count = 1;
  for (std::int64_t const extent : shape) count *= static_cast<std::uint64_t>(extent);
  return count;
}

constexpr std::uint64_t see_zip64 = 0xffffffff;
constexpr int version_zip64 = 45;
// No compression, no flags, and 1 January 1980 at 0:00, the first moment that zip knows: equal contents, equal bytes.
std::string method_and_time() {
  return number(0, 2) + number(0, 2) + number(0, 2) + number(0x21, 2);
}
// Where the CRC-32 of a local header is.
constexpr std::int64_t checksum_offset = 14;

}  // namespace

std::string numpy_header(std::string const& type, std::vector<std::int64_t> const& shape) {
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({},), }}", type, fmt::join(shape, ", "));
  // The data begin at a multiple of 64 bytes.
  constexpr std::size_t preamble = 10;
  while ((preamble + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  return "\x93NUMPY" + number(1, 1) + number(0, 1) + number(text.size(), 2) + text;
}

NumpyArchive::NumpyArchive(std::string const& path, std::string const& name, std::string const& type,
                           std::vector<std::int64_t> const& shape, std::int64_t element_bytes)
    : file_(path), member_(name + ".npy") {
  std::string const header = numpy_header(type, shape);
  size_ = header.size() + product(shape) * static_cast<std::uint64_t>(element_bytes);
  file_.write(local_header());
  append(std::as_bytes(std::span(header)));
}

std::string NumpyArchive::local_header() const {
  return "PK\x03\x04" + number(version_zip64, 2) + method_and_time() + number(checksum_, 4) + number(see_zip64, 4) +
         number(see_zip64, 4) + number(member_.size(), 2) + number(20, 2) + member_ + number(1, 2) + number(16, 2) +
         number(size_, 8) + number(size_, 8);
}

std::string NumpyArchive::directory() const {
  std::uint64_t const begin = local_header().size() + size_;
  std::string const entry = "PK\x01\x02" + number(version_zip64, 2) + number(version_zip64, 2) + method_and_time() +
                            number(checksum_, 4) + number(see_zip64, 4) + number(see_zip64, 4) +
                            number(member_.size(), 2) + number(20, 2) + number(0, 2) + number(0, 2) + number(0, 2) +
                            number(0, 4) + number(0, 4) + member_ + number(1, 2) + number(16, 2) + number(size_, 8) +
                            number(size_, 8);
  std::string const end_zip64 = "PK\x06\x06" + number(44, 8) + number(version_zip64, 2) + number(version_zip64, 2) +
                                number(0, 4) + number(0, 4) + number(1, 8) + number(1, 8) + number(entry.size(), 8) +
                                number(begin, 8);
  std::string const locator = "PK\x06\x07" + number(0, 4) + number(begin + entry.size(), 8) + number(1, 4);
  std::string const end = "PK\x05\x06" + number(0, 4) + number(1, 2) + number(1, 2) + number(entry.size(), 4) +
                          number(see_zip64, 4) + number(0, 2);
  return entry + end_zip64 + locator + end;
}

void NumpyArchive::append(std::span<std::byte const> bytes) {
  file_.write(bytes);
  auto const* first = reinterpret_cast<Bytef const*>(bytes.data());
  checksum_ = static_cast<std::uint32_t>(crc32_z(checksum_, first, bytes.size()));
  written_ += bytes.size();
}

void NumpyArchive::publish() {
  expect(written_ == size_, "an array has another size than its shape");
  file_.write(directory());
  std::string const checksum = number(checksum_, 4);
  file_.rewrite(checksum_offset, std::as_bytes(std::span(checksum)));
  file_.publish();
}

}  // namespace shoal::exports
