// SPDX-License-Identifier: MIT
// Datasets of HDF5 files of others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hdf5/isolated_reader.hpp"

namespace shoal::compare {

// The dataset, or nothing where the file has none of this name. Errors: input, naming the file.
std::optional<hdf5::FloatArray> read_array(std::string const& file, std::string const& dataset);

// The texts of "/sequences" as sequences in upper case, or nothing where the file has none. Errors: input.
std::vector<std::string> read_sequences(std::string const& file);

}  // namespace shoal::compare
