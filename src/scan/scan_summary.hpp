// SPDX-License-Identifier: MIT
// What a run says of its store when it ends.
#pragma once

#include <cstdint>

namespace shoal::scan {

// Rows of the store by status when the scan ended.
struct ScanSummary {
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t skipped = 0;
  std::int64_t pending = 0;  // not 0 when the scan was stopped early
};

}  // namespace shoal::scan
