// SPDX-License-Identifier: MIT
// Datasets whose first axis is rows of one fixed size: contiguous, unfiltered, allocated when they are created, so that
// any rank writes any row without touching the file's metadata.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/handle.hpp"

namespace shoal::hdf5 {

enum class ElementKind { float16, float32, float64, int8, int64, uint64, uint8, text };

// One row: elements of one kind in a shape (empty: one element). Little endian in the file; float16 is IEEE binary16,
// 2 bytes. Text is null-padded UTF-8
// of `text_width` bytes. With `fields` the row is one HDF5 compound of float64 members of these names, in this order.
struct RowType {
  ElementKind kind = ElementKind::float64;
  std::vector<std::int64_t> shape;
  std::int64_t text_width = 1;
  std::vector<std::string> fields = {};

  std::int64_t bytes() const;
  bool operator==(RowType const&) const = default;
};

class RowDataset {
 public:
  // Makes PATH with `rows` rows, its space allocated and not filled: a new file's bytes are zero. Collective. Errors:
  // output.
  static RowDataset create(hid_t file, std::string const& path, std::int64_t rows, RowType const& type);
  // Opens PATH. Collective. Errors: input, when it is missing, or is not made of `rows` rows of this type.
  static RowDataset open(hid_t file, std::string const& path, std::int64_t rows, RowType const& type);

  std::string const& path() const { return path_; }
  RowType const& type() const { return type_; }
  std::int64_t rows() const { return rows_; }
  hid_t id() const { return dataset_.get(); }

  // Rows first, first + 1, … of which `bytes` holds a whole number. Independent. Errors: output / input.
  void write(std::int64_t first, std::span<std::byte const> bytes) const;
  void read(std::int64_t first, std::span<std::byte> bytes) const;

 private:
  RowDataset(std::string path, std::int64_t rows, RowType type, Dataset dataset);
  // Selects `count` rows from `first` in the file and returns the memory space that matches.
  Dataspace select(std::int64_t first, std::int64_t count) const;

  std::string path_;
  std::int64_t rows_ = 0;
  RowType type_;
  Dataset dataset_;
  Dataspace file_space_;
  Datatype memory_type_;
};

// The number of rows of PATH. Errors: input, when it is missing or has no axis.
std::int64_t row_count(hid_t file, std::string const& path);
// Width in bytes of the texts of PATH. Errors: input, when it is missing or holds no fixed-length text.
std::int64_t text_width(hid_t file, std::string const& path);

}  // namespace shoal::hdf5
