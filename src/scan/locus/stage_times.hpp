// SPDX-License-Identifier: MIT
// Where a scan's time goes: seconds by stage, summed over workers, for the run log beside the store.
#pragma once

#include <array>
#include <chrono>
#include <string_view>
#include <vector>

#include "base/host.hpp"

namespace shoal::scan {

// preparing: making the workers' networks and buffers, once per run.
enum class Stage { preparing, reading, generation, scoring, fitting, writing };
inline constexpr std::array<std::string_view, 6> stage_names = {"preparing", "reading", "generation",
                                                                "scoring",   "fitting", "writing"};

// Seconds by stage: on the clock, and processor time of the threads that recorded them. Processor time does not grow
// when other programs take the cores away; it does not include a worker's further threads.
struct StageTimes {
  std::array<double, stage_names.size()> seconds{};
  std::array<double, stage_names.size()> cpu_seconds{};
  // Clock seconds by network and method, [networks · methods], or empty: of explaining, and for methods that need the
  // library of scoring it, as if each were alone.
  std::vector<double> method_seconds = {};

  void add_method(std::size_t place, double more) {
    if (method_seconds.size() <= place) method_seconds.resize(place + 1);
    method_seconds[place] += more;
  }

  StageTimes& operator+=(StageTimes const& other) {
    for (std::size_t stage = 0; stage < seconds.size(); ++stage) {
      seconds[stage] += other.seconds[stage];
      cpu_seconds[stage] += other.cpu_seconds[stage];
    }
    for (std::size_t i = 0; i < other.method_seconds.size(); ++i) add_method(i, other.method_seconds[i]);
    return *this;
  }
};

// Adds the time between its construction and its destruction to one stage. Both happen on one thread.
class StageTimer {
 public:
  StageTimer(StageTimes& times, Stage stage) : times_(times), stage_(static_cast<std::size_t>(stage)) {}
  StageTimer(StageTimer const&) = delete;
  StageTimer& operator=(StageTimer const&) = delete;
  ~StageTimer() {
    times_.seconds[stage_] += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    times_.cpu_seconds[stage_] += thread_cpu_seconds() - cpu_start_;
  }

 private:
  StageTimes& times_;
  std::size_t stage_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cpu_start_ = thread_cpu_seconds();
};

}  // namespace shoal::scan
