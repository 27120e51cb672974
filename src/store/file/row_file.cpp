// SPDX-License-Identifier: MIT
#include "store/file/row_file.hpp"

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

std::vector<RowsDescription> datasets_of(Layout const& layout) {
  std::vector<RowsDescription> all;
  for (Column const& column : layout.columns()) all.push_back({column.path, column.type, column.attributes});
  all.push_back({checksum_path,
                 checksum_type(),
                 {{"definition",
                   "XXH3-64 of the row's bytes in every dataset: /loci (chrom, start, end, strand, name, sequence, "
                   "status, message), then /models in schema order; 0 until written"}}});
  return all;
}

RowFile::RowFile(hid_t file, std::int64_t rows, Layout layout, hdf5::Storage storage)
    : layout_(std::move(layout)),
      rows_(rows),
      checksums_(hdf5::RowDataset::open(file, checksum_path, rows_, checksum_type(), storage)) {
  for (Column const& column : layout_.columns()) {
    datasets_.push_back(hdf5::RowDataset::open(file, column.path, rows_, column.type, storage));
  }
}

std::int64_t RowFile::rows_a_block() const {
  return std::max<std::int64_t>(1, block_bytes / layout_.row_bytes());
}

void RowFile::read_column(std::size_t column, std::int64_t first, std::int64_t count, std::size_t stride,
                          std::span<std::byte> images) const {
  auto const bytes = static_cast<std::size_t>(layout_.columns()[column].type.bytes());
  auto const offset = static_cast<std::size_t>(layout_.columns()[column].offset);
  if (count == 1) return datasets_[column].read(first, images.subspan(offset, bytes));
  std::vector<std::byte> cells(static_cast<std::size_t>(count) * bytes);
  datasets_[column].read(first, cells);
  for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
    std::memcpy(images.data() + row * stride + offset, cells.data() + row * bytes, bytes);
  }
}

std::vector<std::byte> RowFile::read(std::int64_t first, std::int64_t count) const {
  auto const stride = static_cast<std::size_t>(layout_.row_bytes());
  std::vector<std::byte> images(static_cast<std::size_t>(count) * stride);
  for (std::size_t column = 0; column < datasets_.size(); ++column) read_column(column, first, count, stride, images);
  return images;
}

void RowFile::read_locus(std::int64_t index, std::span<std::byte> image) const {
  for (std::size_t column = 0; column < datasets_.size(); ++column) {
    if (is_locus(layout_.columns()[column].part)) read_column(column, index, 1, image.size(), image);
  }
}

std::vector<genome::Locus> RowFile::read_loci(std::int64_t first, std::int64_t count) const {
  std::vector<genome::Locus> loci;
  loci.reserve(static_cast<std::size_t>(count));
  auto const stride = static_cast<std::size_t>(layout_.locus_bytes());
  std::int64_t const rows_a_block = std::max<std::int64_t>(1, block_bytes / layout_.locus_bytes());
  for (std::int64_t begin = 0; begin < count; begin += rows_a_block) {
    std::int64_t const rows = std::min(rows_a_block, count - begin);
    std::vector<std::byte> images(static_cast<std::size_t>(rows) * stride);
    for (std::size_t column = 0; column < datasets_.size(); ++column) {
      if (is_locus(layout_.columns()[column].part)) read_column(column, first + begin, rows, stride, images);
    }
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
      loci.push_back(layout_.unpack_locus(std::span(images).subspan(row * stride, stride)));
    }
  }
  return loci;
}

hdf5::RowDataset const& RowFile::dataset(Part part) const {
  auto const& columns = layout_.columns();
  auto const found = std::find_if(columns.begin(), columns.end(), [&](auto const& each) { return each.part == part; });
  return datasets_[static_cast<std::size_t>(found - columns.begin())];
}

std::vector<std::string> RowFile::read_sequences(std::int64_t first, std::int64_t count) const {
  auto const width = static_cast<std::size_t>(layout_.column(Part::sequence).type.bytes());
  std::string letters(static_cast<std::size_t>(count) * width, '\0');
  dataset(Part::sequence).read(first, std::as_writable_bytes(std::span(letters)));
  std::vector<std::string> sequences;
  for (std::size_t begin = 0; begin < letters.size(); begin += width) {
    sequences.emplace_back(letters.substr(begin, width).c_str());  // padded with zeros
  }
  return sequences;
}

std::vector<std::uint8_t> RowFile::read_statuses(std::int64_t first, std::int64_t count) const {
  std::vector<std::uint8_t> statuses(static_cast<std::size_t>(count));
  dataset(Part::status).read(first, std::as_writable_bytes(std::span(statuses)));
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
  // Written last: whoever sees the status finds the rest in place.
  datasets_[status].write(index, image.subspan(static_cast<std::size_t>(layout_.columns()[status].offset), 1));
}

void RowFile::write_column(std::size_t column, std::int64_t first, std::size_t stride,
                           std::span<std::byte const> images) const {
  auto const bytes = static_cast<std::size_t>(layout_.columns()[column].type.bytes());
  auto const offset = static_cast<std::size_t>(layout_.columns()[column].offset);
  std::size_t const rows = images.size() / stride;
  std::vector<std::byte> cells(rows * bytes);
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(cells.data() + row * bytes, images.data() + row * stride + offset, bytes);
  }
  datasets_[column].write(first, cells);
}

void RowFile::write_copies(std::int64_t first, std::span<std::byte const> images,
                           std::span<std::uint64_t const> checksums) const {
  auto const stride = static_cast<std::size_t>(layout_.row_bytes());
  for (std::size_t column = 0; column < datasets_.size(); ++column) write_column(column, first, stride, images);
  checksums_.write(first, std::as_bytes(checksums));
}

void RowFile::write_loci(std::int64_t first, std::span<genome::Locus const> loci) const {
  auto const stride = static_cast<std::size_t>(layout_.locus_bytes());
  std::size_t const rows_a_block = std::max<std::size_t>(1, block_bytes / stride);
  for (std::size_t begin = 0; begin < loci.size(); begin += rows_a_block) {
    std::span<genome::Locus const> const block = loci.subspan(begin, std::min(rows_a_block, loci.size() - begin));
    std::vector<std::byte> images(block.size() * stride);
    for (std::size_t row = 0; row < block.size(); ++row) {
      layout_.pack_locus(block[row], std::span(images).subspan(row * stride, stride));
    }
    for (std::size_t column = 0; column < datasets_.size(); ++column) {
      if (is_locus(layout_.columns()[column].part)) {
        write_column(column, first + static_cast<std::int64_t>(begin), stride, images);
      }
    }
  }
}

void RowFile::verify_block(std::int64_t first, std::span<Status> statuses) const {
  auto const count = static_cast<std::int64_t>(statuses.size());
  std::vector<std::uint8_t> const stored = read_statuses(first, count);
  auto const is_written = [](std::uint8_t status) { return status >= 1 && status <= 3; };
  // A new store is all pending: there is nothing to read.
  if (std::none_of(stored.begin(), stored.end(), is_written)) return;
  std::vector<std::byte> const images = read(first, count);
  std::vector<std::uint64_t> const checksums = read_checksums(first, count);
  auto const stride = static_cast<std::size_t>(layout_.row_bytes());
  for (std::size_t row = 0; row < statuses.size(); ++row) {
    auto const image = std::span(images).subspan(row * stride, stride);
    bool const whole = is_written(stored[row]) && checksum64(image) == checksums[row];
    if (whole) statuses[row] = static_cast<Status>(stored[row]);
  }
}

std::vector<Status> RowFile::verified(std::int64_t first, std::int64_t count) const {
  std::vector<Status> statuses(static_cast<std::size_t>(count), Status::pending);
  for (std::int64_t begin = 0; begin < count; begin += rows_a_block()) {
    std::int64_t const rows = std::min(rows_a_block(), count - begin);
    verify_block(first + begin,
                 std::span(statuses).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(rows)));
  }
  return statuses;
}

}  // namespace shoal::store
