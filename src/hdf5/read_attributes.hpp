// SPDX-License-Identifier: MIT
// Reading all that describes a file's objects, to find out whether it can be read.
#pragma once

#include <string>
#include <vector>

#include "hdf5/handle.hpp"

namespace shoal::hdf5 {

// Opens every group and dataset of the file and reads every attribute: HDF5 checks
// its metadata's checksums on the way. Returns what cannot be read, a line each; empty when all can.
std::vector<std::string> unreadable_objects(hid_t file);

}  // namespace shoal::hdf5
