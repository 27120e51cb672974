// SPDX-License-Identifier: MIT
// Datasets whose rows lie in other files (HDF5's virtual datasets): the index of a store in shards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hdf5/row_type.hpp"

namespace shoal::hdf5 {

// All `rows` rows of the dataset of the same path in FILE. A name without folders is looked for beside the index.
struct RowSource {
  std::string file;
  std::int64_t rows = 0;
  bool operator==(RowSource const&) const = default;
};

// Makes PATH from the rows of the sources, one source after the other, and returns it. The file belongs to one process.
// Errors: output.
Dataset create_virtual(hid_t file, std::string const& path, RowType const& type, std::vector<RowSource> const& sources);

// The sources of PATH. Errors: input, when it is no virtual dataset, or not one that create_virtual made.
std::vector<RowSource> read_virtual(hid_t file, std::string const& path);

}  // namespace shoal::hdf5
