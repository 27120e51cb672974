// SPDX-License-Identifier: MIT
// The type and shape of a row of a dataset.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hdf5/handle.hpp"

namespace shoal::hdf5 {

enum class ElementKind { float16, float32, float64, int8, int64, uint64, uint8, text };

// One row: elements of one kind in a shape (empty: one element). Little endian in the file; float16 is IEEE binary16,
// 2 bytes. Text is null-padded UTF-8 of `text_width` bytes. With `fields` the row is one HDF5 compound of float64
// members of these names, in this order.
struct RowType {
  ElementKind kind = ElementKind::float64;
  std::vector<std::int64_t> shape;
  std::int64_t text_width = 1;
  std::vector<std::string> fields = {};

  std::int64_t element_bytes() const;  // bytes of what HDF5 cannot divide: a number, a text, a compound
  std::int64_t bytes() const;          // bytes of a row; errors: config, when they do not fit in 63 bits
  bool operator==(RowType const&) const = default;
};

// The HDF5 type of an element. Errors: internal.
Datatype element_type(RowType const& type);

// The extents of `rows` rows: their number, then the row's shape.
std::vector<hsize_t> extents_of(std::int64_t rows, RowType const& type);

}  // namespace shoal::hdf5
