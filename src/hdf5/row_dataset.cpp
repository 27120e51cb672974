// SPDX-License-Identifier: MIT
#include "hdf5/row_dataset.hpp"

#include <fmt/core.h>

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

std::vector<hsize_t> dimensions(std::int64_t rows, RowType const& type) {
  std::vector<hsize_t> sizes = {static_cast<hsize_t>(rows)};
  for (std::int64_t const size : type.shape) sizes.push_back(static_cast<hsize_t>(size));
  return sizes;
}

Dataset open_dataset(hid_t file, std::string const& path) {
  return own<Dataset>(H5Dopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("cannot open dataset {}", path));
}

}  // namespace

std::int64_t RowType::bytes() const {
  std::int64_t count = 1;
  for (std::int64_t const size : shape) count *= size;
  if (!fields.empty()) count *= static_cast<std::int64_t>(fields.size());
  switch (kind) {
    case ElementKind::float16:
      return 2 * count;
    case ElementKind::float32:
      return 4 * count;
    case ElementKind::float64:
    case ElementKind::int64:
    case ElementKind::uint64:
      return 8 * count;
    case ElementKind::int8:
    case ElementKind::uint8:
      return count;
    case ElementKind::text:
      return text_width * count;
  }
  return 0;
}

RowDataset::RowDataset(std::string path, std::int64_t rows, RowType type, Dataset dataset)
    : path_(std::move(path)),
      rows_(rows),
      type_(std::move(type)),
      dataset_(std::move(dataset)),
      file_space_(own<Dataspace>(H5Dget_space(dataset_.get()), fmt::format("cannot read the shape of {}", path_))),
      memory_type_(element_type(type_)) {}

RowDataset RowDataset::create(hid_t file, std::string const& path, std::int64_t rows, RowType const& type) {
  std::string const what = fmt::format("cannot make dataset {}", path);
  auto const creation =
      own<PropertyList>(H5Pcreate(H5P_DATASET_CREATE), "cannot make a property list", ErrorCode::internal);
  check_h5(H5Pset_obj_track_times(creation.get(), false), what, ErrorCode::internal);
  check_h5(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), what, ErrorCode::internal);
  check_h5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), what, ErrorCode::internal);
  check_h5(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), what, ErrorCode::internal);
  auto const sizes = dimensions(rows, type);
  auto const space = own<Dataspace>(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), what,
                                    ErrorCode::internal);
  Datatype const element = element_type(type);
  auto dataset =
      own<Dataset>(H5Dcreate2(file, path.c_str(), element.get(), space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                   what, ErrorCode::output);
  return RowDataset(path, rows, type, std::move(dataset));
}

RowDataset RowDataset::open(hid_t file, std::string const& path, std::int64_t rows, RowType const& type) {
  RowDataset opened(path, rows, type, open_dataset(file, path));
  auto const expected = dimensions(rows, type);
  int const rank = H5Sget_simple_extent_ndims(opened.file_space_.get());
  std::vector<hsize_t> sizes(rank > 0 ? static_cast<std::size_t>(rank) : 0);
  if (rank > 0) H5Sget_simple_extent_dims(opened.file_space_.get(), sizes.data(), nullptr);
  if (sizes != expected) fail(ErrorCode::input, fmt::format("dataset {} has another shape than its store says", path));
  auto const stored = own<Datatype>(H5Dget_type(opened.id()), fmt::format("cannot read the type of {}", path));
  if (H5Tequal(stored.get(), opened.memory_type_.get()) <= 0) {
    fail(ErrorCode::input, fmt::format("dataset {} has another type than its store says", path));
  }
  // Contiguous, with all of its space: a row is then a range of the file's bytes and a write changes no metadata.
  if (H5Dget_storage_size(opened.id()) != static_cast<hsize_t>(rows * type.bytes()) ||
      H5Dget_offset(opened.id()) == HADDR_UNDEF) {
    fail(ErrorCode::input, fmt::format("dataset {} is not contiguous and fully allocated", path));
  }
  return opened;
}

Dataspace RowDataset::select(std::int64_t first, std::int64_t count) const {
  std::vector<hsize_t> start(type_.shape.size() + 1, 0);
  std::vector<hsize_t> const sizes = dimensions(count, type_);
  start[0] = static_cast<hsize_t>(first);
  check_h5(H5Sselect_hyperslab(file_space_.get(), H5S_SELECT_SET, start.data(), nullptr, sizes.data(), nullptr),
           fmt::format("cannot select rows of {}", path_), ErrorCode::internal);
  return own<Dataspace>(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
                        "cannot make a dataspace", ErrorCode::internal);
}

namespace {

std::int64_t whole_rows(RowDataset const& dataset, std::int64_t first, std::size_t bytes) {
  std::int64_t const row_bytes = dataset.type().bytes();
  auto const size = static_cast<std::int64_t>(bytes);
  expect(size > 0 && size % row_bytes == 0, "rows of a dataset must be whole");
  std::int64_t const count = size / row_bytes;
  expect(first >= 0 && first + count <= dataset.rows(), "row index outside a dataset");
  return count;
}

}  // namespace

void RowDataset::write(std::int64_t first, std::span<std::byte const> bytes) const {
  Dataspace const memory = select(first, whole_rows(*this, first, bytes.size()));
  check_h5(H5Dwrite(dataset_.get(), memory_type_.get(), memory.get(), file_space_.get(), H5P_DEFAULT, bytes.data()),
           fmt::format("cannot write row {} of {}", first, path_), ErrorCode::output);
}

void RowDataset::read(std::int64_t first, std::span<std::byte> bytes) const {
  Dataspace const memory = select(first, whole_rows(*this, first, bytes.size()));
  check_h5(H5Dread(dataset_.get(), memory_type_.get(), memory.get(), file_space_.get(), H5P_DEFAULT, bytes.data()),
           fmt::format("cannot read row {} of {}", first, path_));
}

std::int64_t row_count(hid_t file, std::string const& path) {
  Dataset const dataset = open_dataset(file, path);
  auto const space = own<Dataspace>(H5Dget_space(dataset.get()), fmt::format("cannot read the shape of {}", path));
  int const rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 1) fail(ErrorCode::input, fmt::format("dataset {} has no rows", path));
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
  return static_cast<std::int64_t>(sizes[0]);
}

std::int64_t text_width(hid_t file, std::string const& path) {
  Dataset const dataset = open_dataset(file, path);
  auto const type = own<Datatype>(H5Dget_type(dataset.get()), fmt::format("cannot read the type of {}", path));
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0) {
    fail(ErrorCode::input, fmt::format("dataset {} holds no fixed-length text", path));
  }
  return static_cast<std::int64_t>(H5Tget_size(type.get()));
}

}  // namespace shoal::hdf5
