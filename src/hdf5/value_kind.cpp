// SPDX-License-Identifier: MIT
#include "hdf5/value_kind.hpp"

#include <fmt/core.h>

namespace shoal::hdf5 {

bool is_boolean(hid_t type) {
  if (H5Tget_size(type) != 1) return false;
  H5T_class_t const kind = H5Tget_class(type);
  if (kind == H5T_BITFIELD) return true;
  if (kind != H5T_ENUM || H5Tget_nmembers(type) != 2) return false;
  bool is_known[2] = {false, false};
  for (unsigned member = 0; member < 2; ++member) {
    unsigned char value = 0;
    if (H5Tget_member_value(type, member, &value) < 0 || value > 1) return false;
    is_known[value] = true;
  }
  return is_known[0] && is_known[1];
}

std::string kind_text(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_STRING:
      return "text of varying length: write the sequences as FASTA, as text of one fixed length, or one-hot";
    case H5T_ENUM:
      return fmt::format("an enumeration of {} names: of those only two for 0 and 1, as h5py writes bool, are read",
                         H5Tget_nmembers(type));
    case H5T_COMPOUND:
      return "records of several fields: write one of them as a dataset of its own";
    case H5T_VLEN:
      return "lists of various lengths";
    case H5T_ARRAY:
      return "arrays: write them as further axes of the dataset";
    case H5T_BITFIELD:
      return fmt::format("bit fields of {} bytes", H5Tget_size(type));
    case H5T_REFERENCE:
      return "references to other objects";
    default:
      return "opaque bytes";
  }
}

}  // namespace shoal::hdf5
