// SPDX-License-Identifier: MIT
// The first array of a NumPy archive (.npz), or a bare array (.npy).
#pragma once

#include <string>

#include "archives/numpy_array.hpp"

namespace shoal::motif {

// Reads "arr_0", or the only member of the archive. Parsed in a child process, before MPI starts. Errors: input, naming
// the file; those of archives::parse_numpy.
archives::NumpyArray read_numpy(std::string const& file);

}  // namespace shoal::motif
