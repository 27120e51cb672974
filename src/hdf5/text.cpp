// SPDX-License-Identifier: MIT
#include "hdf5/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace shoal::hdf5 {

Datatype text_type(std::size_t width) {
  auto type = own<Datatype>(H5Tcopy(H5T_C_S1), "cannot make a text type", ErrorCode::internal);
  check_h5(H5Tset_size(type.get(), std::max<std::size_t>(width, 1)), "H5Tset_size", ErrorCode::internal);
  check_h5(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), "H5Tset_strpad", ErrorCode::internal);
  check_h5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "H5Tset_cset", ErrorCode::internal);
  return type;
}

namespace {

void write_long_text(hid_t location, std::string const& name, std::string const& bytes, hid_t type, hid_t space) {
  auto creation = own<PropertyList>(H5Pcreate(H5P_DATASET_CREATE), "cannot make a property list", ErrorCode::internal);
  check_h5(H5Pset_obj_track_times(creation.get(), false), "H5Pset_obj_track_times", ErrorCode::internal);
  check_h5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), "H5Pset_alloc_time", ErrorCode::internal);
  std::string const what = fmt::format("cannot write text {}", name);
  auto const dataset =
      own<Dataset>(H5Dcreate2(location, name.c_str(), type, space, H5P_DEFAULT, creation.get(), H5P_DEFAULT), what,
                   ErrorCode::output);
  check_h5(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), what, ErrorCode::output);
}

void check_text_type(hid_t type, std::string const& name) {
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0) {
    fail(ErrorCode::input, fmt::format("{} is not a fixed-length text", name));
  }
}

std::string without_padding(std::string text) {
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

}  // namespace

void write_text(hid_t location, std::string const& name, std::string_view text) {
  std::string bytes(text);
  if (bytes.empty()) bytes.push_back('\0');
  Datatype const type = text_type(bytes.size());
  auto const space = own<Dataspace>(H5Screate(H5S_SCALAR), "cannot make a dataspace", ErrorCode::internal);
  if (bytes.size() > longest_attribute) return write_long_text(location, name, bytes, type.get(), space.get());
  std::string const what = fmt::format("cannot write attribute {}", name);
  auto const attribute = own<Attribute>(
      H5Acreate2(location, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), what, ErrorCode::output);
  check_h5(H5Awrite(attribute.get(), type.get(), bytes.data()), what, ErrorCode::output);
}

bool has_text(hid_t location, std::string const& name) {
  if (check_h5(H5Aexists(location, name.c_str()), fmt::format("cannot read attribute {}", name)) > 0) return true;
  if (H5Iget_type(location) == H5I_DATASET) return false;
  return check_h5(H5Lexists(location, name.c_str(), H5P_DEFAULT), fmt::format("cannot look for {}", name)) > 0;
}

std::string read_text(hid_t location, std::string const& name) {
  std::string const what = fmt::format("cannot read text {}", name);
  if (!has_text(location, name)) fail(ErrorCode::input, fmt::format("{}: there is none", what));
  std::string text;
  if (check_h5(H5Aexists(location, name.c_str()), what) > 0) {
    auto const attribute = own<Attribute>(H5Aopen(location, name.c_str(), H5P_DEFAULT), what);
    auto const type = own<Datatype>(H5Aget_type(attribute.get()), what);
    check_text_type(type.get(), name);
    text.resize(H5Tget_size(type.get()));
    if (H5Aget_storage_size(attribute.get()) != text.size())
      fail(ErrorCode::input, fmt::format("{}: not scalar", what));
    check_h5(H5Aread(attribute.get(), type.get(), text.data()), what);
  } else {
    auto const dataset = own<Dataset>(H5Dopen2(location, name.c_str(), H5P_DEFAULT), what);
    auto const type = own<Datatype>(H5Dget_type(dataset.get()), what);
    check_text_type(type.get(), name);
    text.resize(H5Tget_size(type.get()));
    if (H5Dget_storage_size(dataset.get()) != text.size()) fail(ErrorCode::input, fmt::format("{}: not scalar", what));
    check_h5(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), what);
  }
  return without_padding(std::move(text));
}

namespace {

herr_t collect_name(hid_t, char const* name, H5A_info_t const*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

std::vector<std::string> attribute_names(hid_t location) {
  std::vector<std::string> names;
  hsize_t position = 0;
  check_h5(H5Aiterate2(location, H5_INDEX_NAME, H5_ITER_INC, &position, collect_name, &names),
           "cannot list attributes");
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace shoal::hdf5
