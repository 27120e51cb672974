// SPDX-License-Identifier: MIT
#include "store/row_file.hpp"

#include <algorithm>
#include <cstring>

#include "base/checksum.hpp"
#include "base/error.hpp"

namespace shoal::store {

namespace {

// Rows are read in blocks of about this size: few calls, little memory.
constexpr std::int64_t block_bytes = 8 << 20;

bool is_locus(Part part) {
  return part <= Part::name;
}

}  // namespace

hdf5::RowType checksum_type() {
  return {hdf5::ElementKind::uint64, {}};
}

RowFile::RowFile(hid_t file, Schema const& schema, Layout layout)
    : layout_(std::move(layout)),
      rows_(schema.loci),
      checksums_(hdf5::RowDataset::open(file, checksum_path, rows_, checksum_type())) {
  for (Column const& column : layout_.columns()) {
    datasets_.push_back(hdf5::RowDataset::open(file, column.path, rows_, column.type));
  }
}

void RowFile::read_column(std::size_t column, std::int64_t first, std::int64_t count,
                          std::span<std::byte> images) const {
  auto const bytes = static_cast<std::size_t>(layout_.columns()[column].type.bytes());
  auto const offset = static_cast<std::size_t>(layout_.columns()[column].offset);
  auto const stride = static_cast<std::size_t>(layout_.row_bytes());
  std::vector<std::byte> cells(static_cast<std::size_t>(count) * bytes);
  datasets_[column].read(first, cells);
  for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
    std::memcpy(images.data() + row * stride + offset, cells.data() + row * bytes, bytes);
  }
}

std::vector<std::byte> RowFile::read(std::int64_t first, std::int64_t count) const {
  std::vector<std::byte> images(static_cast<std::size_t>(count * layout_.row_bytes()));
  for (std::size_t column = 0; column < datasets_.size(); ++column) read_column(column, first, count, images);
  return images;
}

std::vector<std::byte> RowFile::read_locus(std::int64_t index) const {
  std::vector<std::byte> image(static_cast<std::size_t>(layout_.row_bytes()));
  for (std::size_t column = 0; column < datasets_.size(); ++column) {
    if (is_locus(layout_.columns()[column].part)) read_column(column, index, 1, image);
  }
  return image;
}

std::vector<std::uint8_t> RowFile::read_statuses(std::int64_t first, std::int64_t count) const {
  std::vector<std::uint8_t> statuses(static_cast<std::size_t>(count));
  for (std::size_t column = 0; column < datasets_.size(); ++column) {
    if (layout_.columns()[column].part != Part::status) continue;
    datasets_[column].read(first, std::as_writable_bytes(std::span(statuses)));
  }
  return statuses;
}

std::vector<std::uint64_t> RowFile::read_checksums(std::int64_t first, std::int64_t count) const {
  std::vector<std::uint64_t> checksums(static_cast<std::size_t>(count));
  checksums_.read(first, std::as_writable_bytes(std::span(checksums)));
  return checksums;
}

void RowFile::write(std::int64_t index, std::span<std::byte const> image) const {
  expect(image.size() == static_cast<std::size_t>(layout_.row_bytes()), "a row image must have the layout's size");
  std::size_t status = 0;
  for (std::size_t column = 0; column < datasets_.size(); ++column) {
    Column const& what = layout_.columns()[column];
    if (what.part == Part::status) status = column;
    if (what.part == Part::status || is_locus(what.part)) continue;
    datasets_[column].write(
        index, image.subspan(static_cast<std::size_t>(what.offset), static_cast<std::size_t>(what.type.bytes())));
  }
  std::uint64_t const checksum = checksum64(image);
  checksums_.write(index, std::as_bytes(std::span(&checksum, 1)));
  // Last: whoever sees the status finds the rest in place.
  datasets_[status].write(index, image.subspan(static_cast<std::size_t>(layout_.columns()[status].offset), 1));
}

void RowFile::write_loci(std::int64_t first, std::span<genome::Locus const> loci) const {
  auto const stride = static_cast<std::size_t>(layout_.row_bytes());
  auto const rows_a_block = static_cast<std::size_t>(std::max<std::int64_t>(1, block_bytes / layout_.row_bytes()));
  for (std::size_t begin = 0; begin < loci.size(); begin += rows_a_block) {
    std::span<genome::Locus const> const block = loci.subspan(begin, std::min(rows_a_block, loci.size() - begin));
    std::vector<std::byte> images(block.size() * stride);
    for (std::size_t row = 0; row < block.size(); ++row) {
      layout_.pack_locus(block[row], std::span(images).subspan(row * stride, stride));
    }
    for (std::size_t column = 0; column < datasets_.size(); ++column) {
      Column const& what = layout_.columns()[column];
      if (!is_locus(what.part)) continue;
      auto const bytes = static_cast<std::size_t>(what.type.bytes());
      std::vector<std::byte> cells(block.size() * bytes);
      for (std::size_t row = 0; row < block.size(); ++row) {
        std::memcpy(cells.data() + row * bytes, images.data() + row * stride + static_cast<std::size_t>(what.offset),
                    bytes);
      }
      datasets_[column].write(first + static_cast<std::int64_t>(begin), cells);
    }
  }
}

std::vector<Status> RowFile::verified(std::int64_t first, std::int64_t count) const {
  std::vector<Status> statuses(static_cast<std::size_t>(count), Status::pending);
  auto const stride = static_cast<std::size_t>(layout_.row_bytes());
  std::int64_t const rows_a_block = std::max<std::int64_t>(1, block_bytes / layout_.row_bytes());
  for (std::int64_t begin = 0; begin < count; begin += rows_a_block) {
    std::int64_t const rows = std::min(rows_a_block, count - begin);
    std::vector<std::uint8_t> const stored = read_statuses(first + begin, rows);
    auto const is_written = [](std::uint8_t status) { return status >= 1 && status <= 3; };
    // A new store is all pending: there is nothing to read.
    if (std::none_of(stored.begin(), stored.end(), is_written)) continue;
    std::vector<std::byte> const images = read(first + begin, rows);
    std::vector<std::uint64_t> const checksums = read_checksums(first + begin, rows);
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
      auto const image = std::span(images).subspan(row * stride, stride);
      bool const whole = is_written(stored[row]) && checksum64(image) == checksums[row];
      if (whole) statuses[static_cast<std::size_t>(begin) + row] = static_cast<Status>(stored[row]);
    }
  }
  return statuses;
}

}  // namespace shoal::store
