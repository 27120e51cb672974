// SPDX-License-Identifier: MIT
// The rows of one open file: every column's dataset, read and written as row images.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/row_dataset.hpp"
#include "store/file/layout.hpp"
#include "store/schema.hpp"

namespace shoal::store {

inline constexpr char checksum_path[] = "/rows/checksum";
hdf5::RowType checksum_type();

// One dataset with a row per locus: every column's, and the checksums'.
struct RowsDescription {
  std::string path;
  hdf5::RowType type;
  std::map<std::string, std::string> attributes;
};
std::vector<RowsDescription> datasets_of(Layout const& layout);

class RowFile {
 public:
  // Opens all datasets; collective on a file opened by several ranks. Errors: input.
  RowFile(hid_t file, std::int64_t rows, Layout layout, hdf5::Storage storage);

  Layout const& layout() const { return layout_; }
  std::int64_t rows() const { return rows_; }
  // How many rows are read together: a few MB, at least one row.
  std::int64_t rows_a_block() const;

  // The images of rows first, …, first + count - 1, one after the other. Independent. Errors: input.
  std::vector<std::byte> read(std::int64_t first, std::int64_t count) const;
  // One row's locus columns into the first bytes of `image`.
  void read_locus(std::int64_t index, std::span<std::byte> image) const;
  std::vector<genome::Locus> read_loci(std::int64_t first, std::int64_t count) const;
  std::vector<std::string> read_sequences(std::int64_t first, std::int64_t count) const;
  std::vector<std::uint8_t> read_statuses(std::int64_t first, std::int64_t count) const;
  std::vector<std::uint64_t> read_checksums(std::int64_t first, std::int64_t count) const;

  // Writes the image's results, then its checksum, then its status. Independent. Errors: output.
  void write(std::int64_t index, std::span<std::byte const> image) const;
  // Writes whole rows as they are, checksums and all, column by column. Independent. Errors: output.
  void write_copies(std::int64_t first, std::span<std::byte const> images,
                    std::span<std::uint64_t const> checksums) const;
  // Writes the locus columns of rows from `first` on. Independent. Errors: output.
  void write_loci(std::int64_t first, std::span<genome::Locus const> loci) const;

  // Verified statuses of rows first, …: a written row whose checksum does not match its bytes is pending. Reads one
  // block at a time.
  std::vector<Status> verified(std::int64_t first, std::int64_t count) const;

 private:
  hdf5::RowDataset const& dataset(Part part) const;
  void verify_block(std::int64_t first, std::span<Status> statuses) const;
  // Column `column` of the images, `stride` bytes apart, to rows from `first` on.
  void write_column(std::size_t column, std::int64_t first, std::size_t stride,
                    std::span<std::byte const> images) const;
  // Column `column` of `count` rows into images that are `stride` bytes apart.
  void read_column(std::size_t column, std::int64_t first, std::int64_t count, std::size_t stride,
                   std::span<std::byte> images) const;

  Layout layout_;
  std::int64_t rows_;
  std::vector<hdf5::RowDataset> datasets_;  // one per column
  hdf5::RowDataset checksums_;
};

}  // namespace shoal::store
