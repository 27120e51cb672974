// SPDX-License-Identifier: MIT
#include "base/progress.hpp"

#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/log.hpp"

namespace shoal {

namespace {

using Clock = std::chrono::steady_clock;

struct Reporting {
  std::chrono::milliseconds interval;
  ProgressReport::Print print;
  Clock::time_point last;
  std::vector<std::string> parts;
};

thread_local std::optional<Reporting> reporting;

}  // namespace

ProgressReport::ProgressReport(std::chrono::milliseconds interval, Print print) {
  reporting = Reporting{interval, std::move(print), Clock::now(), {}};
}

ProgressReport::~ProgressReport() {
  reporting.reset();
}

ProgressReport logged_progress() {
  using std::chrono::seconds;
  return {isatty(STDERR_FILENO) == 1 ? seconds(5) : seconds(30),
          [](std::string_view text) { log(LogLevel::info, text); }};
}

ProgressPart::ProgressPart(std::function<std::string()> const& text) : begun_(reporting.has_value()) {
  if (begun_) reporting->parts.push_back(text());
}

ProgressPart::~ProgressPart() {
  if (begun_ && reporting) reporting->parts.pop_back();
}

void progress_step(std::function<std::string()> const& text) {
  if (!reporting || Clock::now() - reporting->last < reporting->interval) return;
  std::string line;
  for (std::string const& part : reporting->parts) line += part + ", ";
  reporting->print(line + text());
  reporting->last = Clock::now();
}

}  // namespace shoal
