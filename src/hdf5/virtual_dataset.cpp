// SPDX-License-Identifier: MIT
#include "hdf5/virtual_dataset.hpp"

#include <fmt/core.h>

#include <numeric>

namespace shoal::hdf5 {

namespace {

// HDF5 reads "%b" in the names of sources as the number of a block.
std::string escaped(std::string const& name) {
  std::string text;
  for (char const letter : name) text.append(letter == '%' ? 2 : 1, letter);
  return text;
}

std::string unescaped(std::string const& text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    name.push_back(text[i]);
    if (text[i] == '%' && i + 1 < text.size() && text[i + 1] == '%') ++i;
  }
  return name;
}

Dataspace space_of(std::vector<hsize_t> const& extents) {
  return own<Dataspace>(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                        "cannot make a dataspace", ErrorCode::internal);
}

// A text that `get(buffer, size)` gives, as HDF5's functions do: with its length without a buffer.
template <class Get>
std::string text_of(Get const& get, std::string const& what) {
  auto const length = check_h5(get(nullptr, 0), what);
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  check_h5(get(text.data(), text.size()), what);
  text.pop_back();
  return text;
}

}  // namespace

Dataset create_virtual(hid_t file, std::string const& path, RowType const& type,
                       std::vector<RowSource> const& sources) {
  std::string const what = fmt::format("cannot make dataset {}", path);
  std::int64_t const rows =
      std::accumulate(sources.begin(), sources.end(), std::int64_t{0},
                      [](std::int64_t sum, RowSource const& source) { return sum + source.rows; });
  Dataspace const space = space_of(extents_of(rows, type));
  auto const creation =
      own<PropertyList>(H5Pcreate(H5P_DATASET_CREATE), "cannot make a property list", ErrorCode::internal);
  check_h5(H5Pset_obj_track_times(creation.get(), false), "H5Pset_obj_track_times", ErrorCode::internal);
  std::vector<hsize_t> start(type.shape.size() + 1, 0);
  for (RowSource const& source : sources) {
    auto const extents = extents_of(source.rows, type);
    Dataspace const theirs = space_of(extents);
    check_h5(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, extents.data(), nullptr), what,
             ErrorCode::internal);
    check_h5(
        H5Pset_virtual(creation.get(), space.get(), escaped(source.file).c_str(), escaped(path).c_str(), theirs.get()),
        what, ErrorCode::output);
    start[0] += extents[0];
  }
  Datatype const element = element_type(type);
  check_h5(H5Sselect_all(space.get()), what, ErrorCode::internal);
  return own<Dataset>(
      H5Dcreate2(file, path.c_str(), element.get(), space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), what,
      ErrorCode::output);
}

std::vector<RowSource> read_virtual(hid_t file, std::string const& path) {
  std::string const what = fmt::format("cannot read where the rows of {} are", path);
  auto const dataset = own<Dataset>(H5Dopen2(file, path.c_str(), H5P_DEFAULT), what);
  auto const creation = own<PropertyList>(H5Dget_create_plist(dataset.get()), what);
  auto const refuse = [&] { fail(ErrorCode::input, fmt::format("dataset {} is no index of rows in shards", path)); };
  if (H5Pget_layout(creation.get()) != H5D_VIRTUAL) refuse();
  std::size_t count = 0;
  check_h5(H5Pget_virtual_count(creation.get(), &count), what);
  std::vector<RowSource> sources;
  hsize_t next = 0;
  for (std::size_t source = 0; source < count; ++source) {
    auto const space = own<Dataspace>(H5Pget_virtual_vspace(creation.get(), source), what);
    auto const axes = static_cast<std::size_t>(check_h5(H5Sget_simple_extent_ndims(space.get()), what));
    std::vector<hsize_t> first(axes);
    std::vector<hsize_t> last(axes);
    check_h5(H5Sget_select_bounds(space.get(), first.data(), last.data()), what);
    auto const name = text_of(
        [&](char* text, std::size_t size) { return H5Pget_virtual_filename(creation.get(), source, text, size); },
        what);
    auto const theirs = text_of(
        [&](char* text, std::size_t size) { return H5Pget_virtual_dsetname(creation.get(), source, text, size); },
        what);
    if (axes == 0 || first[0] != next || unescaped(theirs) != path) refuse();
    next = last[0] + 1;
    sources.push_back({unescaped(name), static_cast<std::int64_t>(next - first[0])});
  }
  return sources;
}

}  // namespace shoal::hdf5
