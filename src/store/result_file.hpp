// SPDX-License-Identifier: MIT
// HDF5 files that are no stores, such as the results of `shoal fit` and `shoal global`: they are complete or not there.
#pragma once

#include <functional>
#include <string>

#include "hdf5/file.hpp"

namespace shoal::store {

// Makes the file under a temporary name, lets `write` fill it, and gives it its name, replacing another of that name.
// One process. Errors: output; what `write` throws, after the file has been removed.
void write_result_file(std::string const& path, std::function<void(hid_t file)> const& write);

}  // namespace shoal::store
