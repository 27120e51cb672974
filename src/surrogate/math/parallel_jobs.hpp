// SPDX-License-Identifier: MIT
// Independent jobs on the threads of the CPU backend; one after the other on a device, whose stream orders them anyway.
#pragma once

#include <exception>
#include <mutex>

#include "device/backend.hpp"

namespace shoal::surrogate {

// Calls job(0) … job(count - 1), each once, in any order. The first exception is rethrown after all have ended.
template <class Job>
void parallel_jobs(device::Backend const& backend, int count, Job const& job) {
  int const threads = backend.kind() == device::BackendKind::cpu ? backend.cpu_space().threads : 1;
  std::exception_ptr problem;
  std::mutex guard;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
  for (int number = 0; number < count; ++number) {
    try {
      job(number);
    } catch (...) {
      std::scoped_lock const lock(guard);
      if (!problem) problem = std::current_exception();
    }
  }
  if (problem) std::rethrow_exception(problem);
}

}  // namespace shoal::surrogate
