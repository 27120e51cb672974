// SPDX-License-Identifier: MIT
#include "scan/run_log.hpp"

#include <fmt/core.h>

#include <ctime>
#include <fstream>

#include "base/log.hpp"

namespace shoal::scan {

namespace {

std::string json_string(std::string const& text) {
  std::string quoted = "\"";
  for (char const character : text) {
    if (character == '"' || character == '\\') {
      quoted += '\\';
      quoted += character;
    } else if (static_cast<unsigned char>(character) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(character));
    } else {
      quoted += character;
    }
  }
  return quoted + '"';
}

}  // namespace

JsonLine& JsonLine::add(std::string const& key, std::string const& value) {
  fields_.emplace_back(key, json_string(value));
  return *this;
}

JsonLine& JsonLine::add(std::string const& key, std::int64_t value) {
  fields_.emplace_back(key, fmt::format("{}", value));
  return *this;
}

JsonLine& JsonLine::add(std::string const& key, double value) {
  fields_.emplace_back(key, fmt::format("{:.6g}", value));
  return *this;
}

std::string JsonLine::text() const {
  std::string text = "{";
  for (auto const& [key, value] : fields_) {
    if (text.size() > 1) text += ", ";
    text += json_string(key) + ": " + value;
  }
  return text + "}";
}

void append_run_log(std::string const& store_path, JsonLine const& line) {
  std::string const path = store_path + ".run.jsonl";
  std::ofstream file(path, std::ios::app);
  file << line.text() << '\n';
  file.flush();
  if (!file) log(LogLevel::warning, fmt::format("cannot write the run log {}", path));
}

std::string utc_now() {
  std::time_t const now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace shoal::scan
