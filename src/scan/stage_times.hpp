// SPDX-License-Identifier: MIT
// Where a scan's time goes: seconds by stage, summed over workers, for the run log beside the store.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

namespace shoal::scan {

enum class Stage { reading, generation, scoring, fitting, writing };
inline constexpr std::array<std::string_view, 5> stage_names = {"reading", "generation", "scoring", "fitting",
                                                                "writing"};

// Seconds by stage.
struct StageTimes {
  std::array<double, stage_names.size()> seconds{};

  double& operator[](Stage stage) { return seconds[static_cast<std::size_t>(stage)]; }
  StageTimes& operator+=(StageTimes const& other) {
    for (std::size_t stage = 0; stage < seconds.size(); ++stage) seconds[stage] += other.seconds[stage];
    return *this;
  }
};

// Adds the time from its making to its end to one stage.
class StageTimer {
 public:
  StageTimer(StageTimes& times, Stage stage) : times_(times), stage_(stage) {}
  StageTimer(StageTimer const&) = delete;
  StageTimer& operator=(StageTimer const&) = delete;
  ~StageTimer() { times_[stage_] += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  StageTimes& times_;
  Stage stage_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace shoal::scan
