// SPDX-License-Identifier: MIT
// What a check of the machine found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shoal::doctor {

enum class Verdict {
  good,
  notice,  // a scan runs, but slower or less safely than it could
  fault,   // a scan would stop, or write nothing
};

struct Finding {
  Verdict verdict = Verdict::good;
  std::string subject;  // "MPI", "file system", …: what a user knows it by
  std::string text;     // what was found
  std::string advice;   // what to do; empty where there is nothing to do
  bool operator==(Finding const&) const = default;
};
using Findings = std::vector<Finding>;

// "ok", "note" or "FAULT".
std::string_view to_string(Verdict verdict);

}  // namespace shoal::doctor
