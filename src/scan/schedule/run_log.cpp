// SPDX-License-Identifier: MIT
#include "scan/schedule/run_log.hpp"

#include <fmt/core.h>

#include <ctime>
#include <fstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

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

JsonLine& JsonLine::add_json(std::string const& key, std::string json) {
  fields_.emplace_back(key, std::move(json));
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

namespace {

// Reads what JsonLine writes: an object of texts, numbers and arrays of numbers.
class FieldReader {
 public:
  explicit FieldReader(std::string const& line) : line_(line) {}

  std::map<std::string, std::string> read() {
    std::map<std::string, std::string> fields;
    take('{');
    while (peek() != '}') {
      if (!fields.empty()) take(',');
      std::string const key = text();
      take(':');
      fields[key] = peek() == '"' ? text() : value();
    }
    return fields;
  }

 private:
  char peek() {
    while (at_ < line_.size() && line_[at_] == ' ') ++at_;
    if (at_ == line_.size()) refuse();
    return line_[at_];
  }
  void take(char letter) {
    if (peek() != letter) refuse();
    ++at_;
  }
  std::string text() {
    take('"');
    std::string text;
    while (at_ < line_.size() && line_[at_] != '"') {
      if (line_[at_] == '\\') ++at_;  // among the escapes only the quoted letter matters here
      if (at_ < line_.size()) text += line_[at_++];
    }
    if (at_ == line_.size()) refuse();
    ++at_;
    return text;
  }
  // Up to the comma or brace outside brackets that ends it.
  std::string value() {
    std::size_t const start = at_;
    int depth = 0;
    for (; at_ < line_.size(); ++at_) {
      char const letter = line_[at_];
      if (depth == 0 && (letter == ',' || letter == '}')) return line_.substr(start, at_ - start);
      if (depth == 0 && (letter == ':' || letter == '"')) refuse();
      if (letter == '[') ++depth;
      if (letter == ']') --depth;
    }
    refuse();
  }
  [[noreturn]] void refuse() const { fail(ErrorCode::input, fmt::format("{} is no line of a run log", quoted(line_))); }

  std::string const& line_;
  std::size_t at_ = 0;
};

}  // namespace

std::map<std::string, std::string> read_fields(std::string const& line) {
  return FieldReader(line).read();
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
