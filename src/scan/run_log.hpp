// SPDX-License-Identifier: MIT
// STORE.run.jsonl: one line per run, with what does not determine the numbers (ranks, threads, hosts, times, stages).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace shoal::scan {

// One JSON object on one line, its fields in the order in which they are added.
class JsonLine {
 public:
  JsonLine& add(std::string const& key, std::string const& value);
  JsonLine& add(std::string const& key, std::int64_t value);
  // Six significant digits. `value` is finite: JSON has no other numbers.
  JsonLine& add(std::string const& key, double value);
  // `json` is written as it is: an array of numbers, say.
  JsonLine& add_json(std::string const& key, std::string json);
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;  // keys as texts, values as JSON
};

// Appends one line to `store_path`.run.jsonl. A run log that cannot be written is a warning, never a failed scan.
void append_run_log(std::string const& store_path, JsonLine const& line);

// The fields of a line that JsonLine made, by key: texts without quotes, everything else as JSON without spaces.
// Errors: input, when the line is no JSON object.
std::map<std::string, std::string> read_fields(std::string const& line);

// The last line of a run log. Errors: input, naming the file, when it cannot be read or is no run log.
std::map<std::string, std::string> read_last_run(std::string const& path);

// The time now as "2026-01-31T12:34:56Z".
std::string utc_now();

// When a run began, and how long ago that is.
class RunClock {
 public:
  std::string const& started() const { return started_; }
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::string started_ = utc_now();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace shoal::scan
