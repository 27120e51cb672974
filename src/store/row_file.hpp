// SPDX-License-Identifier: MIT
// The rows of an open store: every column's dataset, read and written as row images.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hdf5/row_dataset.hpp"
#include "store/layout.hpp"

namespace shoal::store {

inline constexpr char checksum_path[] = "/rows/checksum";
hdf5::RowType checksum_type();

class RowFile {
 public:
  // Opens all datasets; collective on a file opened by several ranks. Errors: input.
  RowFile(hid_t file, Schema const& schema, Layout layout);

  Layout const& layout() const { return layout_; }

  // The images of rows first, …, first + count - 1, one after the other. Independent. Errors: input.
  std::vector<std::byte> read(std::int64_t first, std::int64_t count) const;
  // One row's locus columns only; the rest of the image is zero.
  std::vector<std::byte> read_locus(std::int64_t index) const;
  std::vector<std::uint8_t> read_statuses(std::int64_t first, std::int64_t count) const;
  std::vector<std::uint64_t> read_checksums(std::int64_t first, std::int64_t count) const;

  // Writes the image's results, then its checksum, then its status. Independent. Errors: output.
  void write(std::int64_t index, std::span<std::byte const> image) const;
  // Writes the locus columns of rows from `first` on. Independent. Errors: output.
  void write_loci(std::int64_t first, std::span<genome::Locus const> loci) const;

  // Verified statuses of rows first, …: a written row whose checksum does not match its bytes is pending.
  std::vector<Status> verified(std::int64_t first, std::int64_t count) const;

 private:
  void read_column(std::size_t column, std::int64_t first, std::int64_t count, std::span<std::byte> images) const;

  Layout layout_;
  std::int64_t rows_;
  std::vector<hdf5::RowDataset> datasets_;  // one a column
  hdf5::RowDataset checksums_;
};

}  // namespace shoal::store
