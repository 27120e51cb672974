// SPDX-License-Identifier: MIT
// A compressed copy of a store.
#pragma once

#include <string>

namespace shoal::store {

// Copies a store, sharded or not, into one file whose datasets are chunked, shuffled and deflated at `level` (0 to 9):
// the same header and rows, which Reader opens and Writer refuses. Verifies every row of the copy before the file gets
// its name. Errors: config, for the level; input, naming a damaged row; output.
void repack(std::string const& source, std::string const& output, int level);

}  // namespace shoal::store
