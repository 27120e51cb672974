// SPDX-License-Identifier: MIT
#include "base/log.hpp"

#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace shoal {

namespace {

struct LogState {
  int rank = 0;
  int size = 1;
  std::shared_ptr<spdlog::logger> logger = [] {
    auto made = spdlog::stderr_logger_mt("shoal");
    made->set_pattern("shoal: %v");
    return made;
  }();
};

LogState& state() {
  static LogState instance;
  return instance;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view label(LogLevel level) {
  if (level == LogLevel::warning) return "warning: ";
  if (level == LogLevel::error) return "error: ";
  return "";
}

}  // namespace

void set_log_level(LogLevel lowest) {
  state().logger->set_level(spdlog_level(lowest));
}

void set_log_rank(int rank, int size) {
  state().rank = rank;
  state().size = size;
}

void log(LogLevel level, std::string_view text) {
  if (state().rank == 0) state().logger->log(spdlog_level(level), fmt::format("{}{}", label(level), text));
}

void log_rank(LogLevel level, std::string_view text) {
  if (state().size == 1) return log(level, text);
  state().logger->log(spdlog_level(level), fmt::format("[rank {}] {}{}", state().rank, label(level), text));
}

}  // namespace shoal
