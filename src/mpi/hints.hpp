// SPDX-License-Identifier: MIT
// Hints for MPI's files: how a parallel file system is to be used ("striping_factor", "cb_nodes", "romio_ds_write", …).
#pragma once

#include <string>
#include <vector>

namespace shoal::mpi {

struct Hint {
  std::string key;
  std::string value;
};
using Hints = std::vector<Hint>;

// Reads "KEY=VALUE" words, as --mpi-io-hint has them. Errors: config, quoting the word: no =, an empty key or value,
// one that is longer than this MPI library takes, a key given twice.
Hints parse_hints(std::vector<std::string> const& words);

}  // namespace shoal::mpi
