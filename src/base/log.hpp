// SPDX-License-Identifier: MIT
// Messages to standard error. `log` speaks once for all ranks (rank 0), `log_rank` for this rank alone.
#pragma once

#include <string_view>

namespace shoal {

enum class LogLevel { debug, info, warning, error };

// Sets the lowest level that is printed (default: info).
void set_log_level(LogLevel lowest);

// Tells the log which rank this process is and of how many; before that it is rank 0 of 1.
void set_log_rank(int rank, int size);

// Prints `text` on rank 0 only.
void log(LogLevel level, std::string_view text);

// Prints `text` on this rank, prefixed with the rank when there are several.
void log_rank(LogLevel level, std::string_view text);

}  // namespace shoal
