// SPDX-License-Identifier: MIT
#include "hdf5/row_type.hpp"

#include <fmt/core.h>

#include "base/sizes.hpp"
#include "hdf5/text.hpp"

namespace shoal::hdf5 {

namespace {

Datatype record_type(std::vector<std::string> const& fields) {
  auto record = own<Datatype>(H5Tcreate(H5T_COMPOUND, sizeof(double) * fields.size()), "cannot make a record type",
                              ErrorCode::internal);
  for (std::size_t field = 0; field < fields.size(); ++field) {
    check_h5(H5Tinsert(record.get(), fields[field].c_str(), sizeof(double) * field, H5T_IEEE_F64LE),
             fmt::format("cannot make the field {}", fields[field]), ErrorCode::internal);
  }
  return record;
}

// IEEE binary16, which HDF5 has no name for: sign, 5 bits of exponent, 10 of significand.
Datatype half_type() {
  auto half = own<Datatype>(H5Tcopy(H5T_IEEE_F32LE), "cannot make an element type", ErrorCode::internal);
  bool const made = H5Tset_fields(half.get(), 15, 10, 5, 0, 10) >= 0 && H5Tset_size(half.get(), 2) >= 0 &&
                    H5Tset_ebias(half.get(), 15) >= 0;
  expect(made, "cannot make the type of half-precision numbers");
  return half;
}

}  // namespace

Datatype element_type(RowType const& type) {
  if (!type.fields.empty()) return record_type(type.fields);
  auto const copy = [](hid_t known) {
    return own<Datatype>(H5Tcopy(known), "cannot make an element type", ErrorCode::internal);
  };
  switch (type.kind) {
    case ElementKind::float16:
      return half_type();
    case ElementKind::int8:
      return copy(H5T_STD_I8LE);
    case ElementKind::float32:
      return copy(H5T_IEEE_F32LE);
    case ElementKind::float64:
      return copy(H5T_IEEE_F64LE);
    case ElementKind::int64:
      return copy(H5T_STD_I64LE);
    case ElementKind::uint64:
      return copy(H5T_STD_U64LE);
    case ElementKind::uint8:
      return copy(H5T_STD_U8LE);
    case ElementKind::text:
      return text_type(static_cast<std::size_t>(type.text_width));
  }
  fail(ErrorCode::internal, "unknown element kind");
}

std::vector<hsize_t> extents_of(std::int64_t rows, RowType const& type) {
  std::vector<hsize_t> sizes = {static_cast<hsize_t>(rows)};
  for (std::int64_t const size : type.shape) sizes.push_back(static_cast<hsize_t>(size));
  return sizes;
}

std::int64_t RowType::element_bytes() const {
  if (!fields.empty()) return static_cast<std::int64_t>(sizeof(double) * fields.size());
  switch (kind) {
    case ElementKind::float16:
      return 2;
    case ElementKind::float32:
      return 4;
    case ElementKind::float64:
    case ElementKind::int64:
    case ElementKind::uint64:
      return 8;
    case ElementKind::int8:
    case ElementKind::uint8:
      return 1;
    case ElementKind::text:
      return text_width;
  }
  return 0;
}

std::int64_t RowType::bytes() const {
  std::int64_t total = element_bytes();
  for (std::int64_t const size : shape) total = checked_product(total, size, "a row of a dataset");
  return total;
}

}  // namespace shoal::hdf5
