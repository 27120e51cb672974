// SPDX-License-Identifier: MIT
#include "app/commands/stop_signals.hpp"

#include <fmt/core.h>

#include <csignal>

#include "base/error.hpp"
#include "base/log.hpp"

namespace shoal::app {

namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

}  // namespace

std::atomic<bool> const& stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGUSR1, &action, nullptr);
  // A write beyond the limit of file sizes is then an error that is reported, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  return stop_requested;
}

int report(scan::ScanSummary const& summary, std::string const& output) {
  log(LogLevel::info, fmt::format("{}: {} done, {} failed, {} skipped, {} pending", output, summary.done,
                                  summary.failed, summary.skipped, summary.pending));
  if (summary.pending > 0) return exit_resumable;
  return summary.failed > 0 ? exit_failed_loci : exit_done;
}

}  // namespace shoal::app
