// SPDX-License-Identifier: MIT
// What the emulated GPU has counted in a part of a test.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "emulator/control.hpp"

namespace shoal::test {

// Gives this process an emulated device, unless the environment says otherwise. Before the first call of CUDA.
inline bool with_one_device() {
  return setenv("SHOAL_EMULATED_GPUS", "1", 0) == 0;
}

// What was counted since its making.
class Since {
 public:
  Since() : before_(cuda_emulated::counts()) {}
  cuda_emulated::Counts now() const {
    cuda_emulated::Counts all = cuda_emulated::counts();
    all.launches -= before_.launches;
    all.allocations -= before_.allocations;
    all.frees -= before_.frees;
    all.pool_growths -= before_.pool_growths;
    all.to_device -= before_.to_device;
    all.to_host -= before_.to_host;
    all.waits -= before_.waits;
    all.solver_calls -= before_.solver_calls;
    all.bytes_to_device -= before_.bytes_to_device;
    all.bytes_to_host -= before_.bytes_to_host;
    return all;
  }

 private:
  cuda_emulated::Counts before_;
};

// The table of tests/bench/RESULTS.md.
inline void print(char const* what, cuda_emulated::Counts const& counts) {
  std::printf(
      "%s: %ld launches, %ld solver calls, %ld waits, %ld allocations, %ld growths of the pool, %zu bytes to the "
      "device, %zu to the host\n",
      what, counts.launches, counts.solver_calls, counts.waits, counts.allocations, counts.pool_growths,
      counts.bytes_to_device, counts.bytes_to_host);
}

}  // namespace shoal::test
