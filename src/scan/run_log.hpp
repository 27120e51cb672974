// SPDX-License-Identifier: MIT
// STORE.run.jsonl: one line a run with what does not determine the numbers (ranks, threads, hosts, times, stages).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace shoal::scan {

// One JSON object in the order that fields are added.
class JsonLine {
 public:
  JsonLine& add(std::string const& key, std::string const& value);
  JsonLine& add(std::string const& key, std::int64_t value);
  JsonLine& add(std::string const& key, double value);
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;  // value already as JSON
};

// Appends one line to `store_path`.run.jsonl. A run log that cannot be written is a warning, never a failed scan.
void append_run_log(std::string const& store_path, JsonLine const& line);

// The time now as "2026-01-31T12:34:56Z".
std::string utc_now();

}  // namespace shoal::scan
