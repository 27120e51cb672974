// SPDX-License-Identifier: MIT
// Walks an HDF5 file that may be damaged and writes what was asked for to a pipe. Runs in the isolated reader's child.
#pragma once

#include <string>

#include "hdf5/isolated_reader.hpp"
#include "sandbox/wire.hpp"

namespace shoal::hdf5 {

// Writes one record for each wanted attribute and each float dataset of `file`, in the order of their names. A damaged
// file may crash the calling process. Errors: input, naming the file and the object.
void read_contents(std::string const& file, IsolatedRequest const& request, sandbox::WireWriter& wire);

}  // namespace shoal::hdf5
