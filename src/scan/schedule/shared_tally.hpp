// SPDX-License-Identifier: MIT
// How many rows all ranks have written, for the progress on rank 0.
#pragma once

#include <chrono>
#include <cstdint>

#include "mpi/work_counter.hpp"

namespace shoal::scan {

// A number that every rank adds to. What a rank adds is sent a few times per second and without waiting: one message
// per row would keep rank 0 busy where rows are many.
class SharedTally {
 public:
  explicit SharedTally(mpi::Communicator const& communicator) : counter_(communicator) {}  // collective

  void add(std::int64_t amount) { unsent_ += amount; }
  // Sends what was added, if it is time for that and the last message has arrived.
  void send() {
    auto const now = Clock::now();
    if (unsent_ == 0 || now - last_sent_ < interval || !arrived()) return;
    counter_.ask(unsent_);
    unsent_ = 0;
    last_sent_ = now;
  }
  // Everything that all ranks have sent; on other ranks it waits for rank 0.
  std::int64_t total() { return settled().fetch_add(0); }
  // Sends the rest and waits until it has arrived.
  void finish() {
    settled().fetch_add(unsent_);
    unsent_ = 0;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds interval{250};

  bool arrived() { return !counter_.is_asking() || counter_.answer().has_value(); }
  mpi::WorkCounter& settled() {
    while (!arrived()) continue;
    return counter_;
  }

  mpi::WorkCounter counter_;
  std::int64_t unsent_ = 0;
  Clock::time_point last_sent_ = Clock::now();
};

}  // namespace shoal::scan
