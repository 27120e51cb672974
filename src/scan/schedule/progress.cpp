// SPDX-License-Identifier: MIT
#include "scan/schedule/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "base/log.hpp"

namespace shoal::scan {

namespace {

constexpr std::chrono::milliseconds redraw_interval{500};
constexpr std::chrono::seconds line_interval{30};

}  // namespace

std::string duration_text(double seconds) {
  auto const whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string progress_text(std::int64_t finished, std::int64_t total, std::int64_t failed, double seconds) {
  double const share = total > 0 ? 100.0 * static_cast<double>(finished) / static_cast<double>(total) : 100.0;
  std::string text = fmt::format("{} of {} loci ({:.1f} %)", finished, total, share);
  if (finished > 0 && seconds > 0) {
    double const rate = static_cast<double>(finished) / seconds;
    text += fmt::format(", {:.3g} loci/s", rate);
    if (finished < total) text += fmt::format(", {} left", duration_text(static_cast<double>(total - finished) / rate));
  }
  if (failed > 0) text += fmt::format(", {} failed", failed);
  return text;
}

Progress::Progress(std::int64_t total, bool visible)
    : total_(total), visible_(visible), terminal_(isatty(STDERR_FILENO) == 1) {}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void Progress::draw(std::int64_t finished, std::int64_t failed) {
  std::string const text = progress_text(finished, total_, failed, seconds());
  if (terminal_) {
    fmt::print(stderr, "\r\033[Kshoal: {}", text);
    std::fflush(stderr);
  } else {
    log(LogLevel::info, text);
  }
  last_drawn_ = Clock::now();
}

bool Progress::is_due() const {
  auto const since = Clock::now() - last_drawn_;
  return visible_ && (terminal_ ? since >= redraw_interval : since >= line_interval);
}

void Progress::finish(std::int64_t finished, std::int64_t failed) {
  if (!visible_) return;
  draw(finished, failed);
  if (terminal_) fmt::print(stderr, "\n");
}

}  // namespace shoal::scan
