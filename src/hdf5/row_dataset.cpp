// SPDX-License-Identifier: MIT
#include "hdf5/row_dataset.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/sizes.hpp"

namespace shoal::hdf5 {

namespace {

std::int64_t transfer_limit = std::int64_t{1} << 30;
constexpr std::int64_t largest_chunk = 16 << 20;

Dataset open_dataset(hid_t file, std::string const& path) {
  return own<Dataset>(H5Dopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("cannot open dataset {}", path));
}

PropertyList creation_list() {
  auto creation = own<PropertyList>(H5Pcreate(H5P_DATASET_CREATE), "cannot make a property list", ErrorCode::internal);
  check_h5(H5Pset_obj_track_times(creation.get(), false), "H5Pset_obj_track_times", ErrorCode::internal);
  check_h5(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), "H5Pset_fill_time", ErrorCode::internal);
  return creation;
}

// Contiguous, with all of its space: a row is then a range of the file's bytes, and a write changes no metadata.
void refuse_scattered(RowDataset const& dataset) {
  auto const creation = own<PropertyList>(H5Dget_create_plist(dataset.id()),
                                          fmt::format("cannot read the storage of {}", dataset.path()));
  if (H5Pget_layout(creation.get()) == H5D_CHUNKED) {
    fail(ErrorCode::input,
         fmt::format("dataset {} is chunked: this is a copy for reading, which cannot be written", dataset.path()));
  }
  if (H5Dget_storage_size(dataset.id()) != static_cast<hsize_t>(dataset.rows() * dataset.type().bytes()) ||
      H5Dget_offset(dataset.id()) == HADDR_UNDEF) {
    fail(ErrorCode::input, fmt::format("dataset {} is not contiguous and fully allocated", dataset.path()));
  }
}

}  // namespace

std::int64_t largest_transfer() {
  return transfer_limit;
}

std::int64_t set_largest_transfer(std::int64_t bytes) {
  expect(bytes > 0, "a transfer holds at least one byte");
  return std::exchange(transfer_limit, bytes);
}

RowDataset::RowDataset(std::string path, std::int64_t rows, RowType type, Dataset dataset)
    : path_(std::move(path)),
      rows_(rows),
      type_(std::move(type)),
      dataset_(std::move(dataset)),
      file_space_(own<Dataspace>(H5Dget_space(dataset_.get()), fmt::format("cannot read the shape of {}", path_))),
      memory_type_(element_type(type_)) {}

RowDataset RowDataset::create_with(hid_t file, std::string const& path, std::int64_t rows, RowType const& type,
                                   PropertyList const& creation) {
  std::string const what = fmt::format("cannot make dataset {}", path);
  checked_product(rows, type.bytes(), "dataset " + path);
  auto const sizes = extents_of(rows, type);
  auto const space = own<Dataspace>(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), what,
                                    ErrorCode::internal);
  Datatype const element = element_type(type);
  auto dataset =
      own<Dataset>(H5Dcreate2(file, path.c_str(), element.get(), space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                   what, ErrorCode::output);
  return RowDataset(path, rows, type, std::move(dataset));
}

RowDataset RowDataset::create(hid_t file, std::string const& path, std::int64_t rows, RowType const& type) {
  PropertyList const creation = creation_list();
  check_h5(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), "H5Pset_layout", ErrorCode::internal);
  check_h5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), "H5Pset_alloc_time", ErrorCode::internal);
  return create_with(file, path, rows, type, creation);
}

RowDataset RowDataset::create_compressed(hid_t file, std::string const& path, std::int64_t rows, RowType const& type,
                                         Compression const& compression) {
  auto sizes = extents_of(std::min(rows, compression.rows), type);
  std::int64_t const row_bytes = type.bytes();
  if (row_bytes > largest_chunk && sizes.size() > 1) {
    sizes[0] = 1;
    std::int64_t const step = row_bytes / static_cast<std::int64_t>(sizes[1]);
    sizes[1] = static_cast<hsize_t>(std::max<std::int64_t>(1, largest_chunk / step));
  }
  PropertyList const creation = creation_list();
  std::string const what = fmt::format("cannot compress dataset {}", path);
  check_h5(H5Pset_chunk(creation.get(), static_cast<int>(sizes.size()), sizes.data()), what, ErrorCode::output);
  check_h5(H5Pset_shuffle(creation.get()), what, ErrorCode::output);
  if (compression.level > 0) {
    check_h5(H5Pset_deflate(creation.get(), static_cast<unsigned>(compression.level)), what, ErrorCode::output);
  }
  return create_with(file, path, rows, type, creation);
}

RowDataset RowDataset::open(hid_t file, std::string const& path, std::int64_t rows, RowType const& type,
                            Storage storage) {
  RowDataset opened(path, rows, type, open_dataset(file, path));
  auto const expected = extents_of(rows, type);
  int const rank = H5Sget_simple_extent_ndims(opened.file_space_.get());
  std::vector<hsize_t> sizes(rank > 0 ? static_cast<std::size_t>(rank) : 0);
  if (rank > 0) H5Sget_simple_extent_dims(opened.file_space_.get(), sizes.data(), nullptr);
  if (sizes != expected) fail(ErrorCode::input, fmt::format("dataset {} has another shape than its store says", path));
  auto const stored = own<Datatype>(H5Dget_type(opened.id()), fmt::format("cannot read the type of {}", path));
  if (H5Tequal(stored.get(), opened.memory_type_.get()) <= 0) {
    fail(ErrorCode::input, fmt::format("dataset {} has another type than its store says", path));
  }
  if (storage == Storage::contiguous) refuse_scattered(opened);
  return opened;
}

Dataspace RowDataset::select(Box const& box) const {
  check_h5(H5Sselect_hyperslab(file_space_.get(), H5S_SELECT_SET, box.start.data(), nullptr, box.count.data(), nullptr),
           fmt::format("cannot select rows of {}", path_), ErrorCode::internal);
  return own<Dataspace>(H5Screate_simple(static_cast<int>(box.count.size()), box.count.data(), nullptr),
                        "cannot make a dataspace", ErrorCode::internal);
}

RowDataset::Box RowDataset::whole_rows(std::int64_t first, std::size_t bytes) const {
  std::int64_t const row_bytes = type_.bytes();
  auto const size = static_cast<std::int64_t>(bytes);
  expect(size > 0 && size % row_bytes == 0, "rows of a dataset must be whole");
  std::int64_t const count = size / row_bytes;
  expect(first >= 0 && first + count <= rows_, "row index outside a dataset");
  Box box{std::vector<hsize_t>(type_.shape.size() + 1, 0), extents_of(count, type_)};
  box.start[0] = static_cast<hsize_t>(first);
  return box;
}

template <class Bytes, class Transfer>
void RowDataset::in_pieces(Box const& box, Bytes bytes, Transfer const& transfer) const {
  auto const limit = static_cast<std::size_t>(transfer_limit);
  auto const divisible = std::find_if(box.count.begin(), box.count.end(), [](hsize_t extent) { return extent > 1; });
  if (bytes.size() <= limit || divisible == box.count.end()) return transfer(select(box), bytes);
  // Along the first axis that can be divided. Pieces of one step that are still too large are divided along further
  // axes.
  auto const axis = static_cast<std::size_t>(divisible - box.count.begin());
  std::size_t const step_bytes = bytes.size() / box.count[axis];
  hsize_t const steps = std::max<std::size_t>(1, limit / step_bytes);
  for (hsize_t done = 0; done < box.count[axis]; done += steps) {
    Box piece = box;
    piece.start[axis] += done;
    piece.count[axis] = std::min<hsize_t>(steps, box.count[axis] - done);
    in_pieces(piece, bytes.subspan(done * step_bytes, piece.count[axis] * step_bytes), transfer);
  }
}

void RowDataset::write(std::int64_t first, std::span<std::byte const> bytes) const {
  in_pieces(whole_rows(first, bytes.size()), bytes, [&](Dataspace const& memory, std::span<std::byte const> piece) {
    check_h5(H5Dwrite(dataset_.get(), memory_type_.get(), memory.get(), file_space_.get(), H5P_DEFAULT, piece.data()),
             fmt::format("cannot write row {} of {}", first, path_), ErrorCode::output);
  });
}

void RowDataset::read(std::int64_t first, std::span<std::byte> bytes) const {
  in_pieces(whole_rows(first, bytes.size()), bytes, [&](Dataspace const& memory, std::span<std::byte> piece) {
    check_h5(H5Dread(dataset_.get(), memory_type_.get(), memory.get(), file_space_.get(), H5P_DEFAULT, piece.data()),
             fmt::format("cannot read row {} of {}", first, path_));
  });
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
