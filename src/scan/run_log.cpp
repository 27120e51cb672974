// SPDX-License-Identifier: MIT
#include "scan/run_log.hpp"

#include <fmt/core.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace shoal::scan {

namespace {

using Json = nlohmann::ordered_json;

// Bytes that are no UTF-8 become the replacement character: the line stays JSON.
std::string json_text(Json const& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

JsonLine& JsonLine::add(std::string const& key, std::string const& value) {
  fields_.emplace_back(key, json_text(value));
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

JsonLine& JsonLine::add_json(std::string const& key, std::string json) {
  fields_.emplace_back(key, std::move(json));
  return *this;
}

std::string JsonLine::text() const {
  std::string text = "{";
  for (auto const& [key, value] : fields_) {
    if (text.size() > 1) text += ", ";
    text += json_text(key) + ": " + value;
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

std::map<std::string, std::string> read_fields(std::string const& line) {
  Json const json = Json::parse(line, nullptr, false);
  if (!json.is_object()) fail(ErrorCode::input, fmt::format("{} is no line of a run log", shoal::quoted(line)));
  std::map<std::string, std::string> fields;
  for (auto const& [key, value] : json.items()) {
    fields[key] = value.is_string() ? value.get<std::string>() : json_text(value);
  }
  return fields;
}

std::map<std::string, std::string> read_last_run(std::string const& path) {
  std::ifstream file(path);
  if (!file) fail(ErrorCode::input, fmt::format("cannot read the run log {}", path));
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  try {
    return read_fields(last);
  } catch (Error const& error) {
    throw error.with_context(fmt::format("while reading {}", path));
  }
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
