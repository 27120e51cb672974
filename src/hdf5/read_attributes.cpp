// SPDX-License-Identifier: MIT
#include "hdf5/read_attributes.hpp"

#include <fmt/core.h>

#include "hdf5/text.hpp"

namespace shoal::hdf5 {

namespace {

struct Visit {
  std::vector<std::string> unreadable;
};

void read_attributes(hid_t object) {
  for (std::string const& name : attribute_names(object)) {
    auto const attribute = own<Attribute>(H5Aopen(object, name.c_str(), H5P_DEFAULT), "cannot open " + name);
    auto const type = own<Datatype>(H5Aget_type(attribute.get()), "cannot read the type of " + name);
    std::vector<std::byte> value(H5Aget_storage_size(attribute.get()));
    if (value.empty()) continue;
    check_h5(H5Aread(attribute.get(), type.get(), value.data()), "cannot read " + name);
  }
}

herr_t visit(hid_t file, char const* name, H5O_info_t const*, void* state) {
  try {
    auto const object = own<Object>(H5Oopen(file, name, H5P_DEFAULT), "cannot open it");
    read_attributes(object.get());
  } catch (Error const& error) {
    static_cast<Visit*>(state)->unreadable.push_back(fmt::format("{}: {}", name, error.what()));
  }
  return 0;
}

}  // namespace

std::vector<std::string> unreadable_objects(hid_t file) {
  Visit state;
  if (H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit, &state, H5O_INFO_BASIC) < 0) {
    state.unreadable.push_back("the groups cannot be listed: " + take_error_reason());
  }
  return state.unreadable;
}

}  // namespace shoal::hdf5
