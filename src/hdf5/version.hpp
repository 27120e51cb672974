// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace shoal::hdf5 {

// The version of the HDF5 library that the program runs with, for example "1.10.8".
std::string library_version();

}  // namespace shoal::hdf5
