// SPDX-License-Identifier: MIT
// Reading all that describes a file's objects, to find out whether it can be read.
#pragma once

#include <string>
#include <vector>

#include "hdf5/handle.hpp"

namespace shoal::hdf5 {

// Opens every group and dataset of the file and reads every attribute, by which HDF5 checks the checksums of
// its metadata. Returns what cannot be read, one line each; empty if everything can.
std::vector<std::string> unreadable_objects(hid_t file);

}  // namespace shoal::hdf5
