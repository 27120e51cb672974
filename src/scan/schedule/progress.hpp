// SPDX-License-Identifier: MIT
// Progress of a scan on rank 0: redrawn on a terminal, one line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace shoal::scan {

// "45 s", "3 min 12 s", "7 h 5 min".
std::string duration_text(double seconds);

// "1,234 of 10,000 loci (12.3 %), 45.6 loci/s, 3 min 12 s left, 2 failed"
std::string progress_text(std::int64_t finished, std::int64_t total, std::int64_t failed, double seconds);

class Progress {
 public:
  // `total` is the number of loci to compute in this run. Silent if `visible` is false (every rank except 0).
  Progress(std::int64_t total, bool visible);

  // True if the display is old enough to be drawn again.
  bool is_due() const;
  void draw(std::int64_t finished, std::int64_t failed);
  // Draws the last state and ends the line.
  void finish(std::int64_t finished, std::int64_t failed);
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t total_;
  bool visible_;
  bool terminal_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_drawn_ = start_;
};

}  // namespace shoal::scan
