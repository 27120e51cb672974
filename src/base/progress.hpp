// SPDX-License-Identifier: MIT
// Says now and then where a long computation is: "additive-ge, round 2, split 3 of 5, iteration 7, loss 0.31". The
// computation names its parts and steps on its thread. Nothing is kept, formatted or said unless a ProgressReport
// lives on the same thread, so that workers of a scan are silent. It never changes what is computed.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace shoal {

class ProgressReport {
 public:
  using Print = std::function<void(std::string_view text)>;

  // Takes the steps of this thread while it lives, and prints one if `interval` has passed since it was made or
  // since the last one was printed. At most one such object may live on a thread.
  ProgressReport(std::chrono::milliseconds interval, Print print);
  ~ProgressReport();
  ProgressReport(ProgressReport const&) = delete;
  ProgressReport& operator=(ProgressReport const&) = delete;
};

// The same through the log at level info: every 5 s on a terminal, else every 30 s.
ProgressReport logged_progress();

// A part of the computation while it lives, within those that were begun before it.
class ProgressPart {
 public:
  // Calls `text` only if there is a report.
  explicit ProgressPart(std::function<std::string()> const& text);
  ~ProgressPart();
  ProgressPart(ProgressPart const&) = delete;
  ProgressPart& operator=(ProgressPart const&) = delete;

 private:
  bool begun_ = false;
};

// A step of the innermost part; `text` is called only if it is printed.
void progress_step(std::function<std::string()> const& text);

}  // namespace shoal
