// SPDX-License-Identifier: MIT
// What the values of a foreign dataset are.
#pragma once

#include <hdf5.h>

#include <string>

namespace shoal::hdf5 {

// Truth values in a byte each: an enumeration of two names for 0 and 1 (h5py's bool), or a bit field (PyTables').
bool is_boolean(hid_t type);

// "text", "records of several fields", …: what `type` is, for a message that says why it is not read, with advice.
std::string kind_text(hid_t type);

}  // namespace shoal::hdf5
