// SPDX-License-Identifier: MIT
// Two jobs never write one store at the same time.
#pragma once

#include <memory>
#include <string>

#include "mpi/communicator.hpp"

namespace shoal::store {

// Exclusive right to write `path` while this object lives on any rank of the job (flock on "PATH.lock"; the kernel
// releases it when the process dies). Errors: output, "another job is writing …".
class JobLock {
 public:
  static JobLock acquire_collective(mpi::Communicator const& communicator, std::string const& path);
  JobLock(JobLock&&) noexcept;
  ~JobLock();

 private:
  struct State;
  explicit JobLock(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace shoal::store
