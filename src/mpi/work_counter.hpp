// SPDX-License-Identifier: MIT
// The queue of a job: one number on rank 0 that every rank advances, one-sided, without a master.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "mpi/communicator.hpp"

namespace shoal::mpi {

// A counter on rank 0, 0 at first, advanced with atomic fetch-and-add. Collective to make and to destroy. Errors: mpi.
//
// Over a network, rank 0 carries out the additions whenever it enters MPI; `progress` is how it does so. A rank
// that must not wait for that calls `ask`, and looks for the `answer` while it does other things.
class WorkCounter {
 public:
  explicit WorkCounter(Communicator const& communicator);
  WorkCounter(WorkCounter const&) = delete;
  WorkCounter& operator=(WorkCounter const&) = delete;
  ~WorkCounter();

  // Asks for `amount` to be added and returns at once. One question at a time.
  void ask(std::int64_t amount);
  // True from `ask` until `answer` has given its value.
  bool is_asking() const;
  // The value before the addition, when it has come. Enters MPI.
  std::optional<std::int64_t> answer();

  // Adds `amount` and returns the value before; waits for rank 0 to serve it. Not while another question is open.
  std::int64_t fetch_add(std::int64_t amount);
  // Lets MPI serve other ranks' requests; a rank whose workers compute calls it every few milliseconds.
  void progress();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::mpi
