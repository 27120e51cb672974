// SPDX-License-Identifier: MIT
// Writes, flushes and syncs that fail, or that are the last before a crash. faults.cpp takes the place of the C
// library's functions in whatever it is linked into (also HDF5's and MPI's calls), or is loaded before them
// (LD_PRELOAD).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shoal::test {

// One call on a file whose path holds the armed text.
struct Operation {
  std::string call;         // pwrite, fdatasync, rename, …
  std::string path;         // of a rename: the new name
  std::int64_t offset = 0;  // of writes
  std::int64_t size = 0;
};

struct Fault {
  std::string path = {};      // only files whose path holds this text count
  std::int64_t at = -1;       // the number of the operation, from 0; below 0: none, calls are only counted
  int error = 0;              // the errno that it fails with; 0: the process is killed instead
  bool from_then_on = false;  // all later operations fail, too, as on a full disk
  bool is_torn = false;       // before a kill, what it writes is written up to the last border of a disk's sectors
};

// Forgets what was seen and begins to count. A loaded library is armed by the environment: SHOAL_FAULT_PATH,
// SHOAL_FAULT_AT, SHOAL_FAULT_ERRNO, SHOAL_FAULT_TORN, and SHOAL_FAULT_LOG, a file that gets a line an operation.
void arm(Fault const& fault);

std::vector<Operation> const& operations();

}  // namespace shoal::test
