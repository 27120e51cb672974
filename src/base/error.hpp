// SPDX-License-Identifier: MIT
// The one exception of Shoal and the exit statuses that it maps to.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shoal {

// What went wrong, from the point of view of whoever has to act on it.
enum class ErrorCode {
  config,     // the command line, a configuration file or a combination of options
  input,      // a file that the user gave: network, genome, loci, table
  output,     // a result cannot be written: disk full, no permission
  mpi,        // the MPI library reported an error
  cuda,       // the CUDA runtime, cuBLAS or cuSOLVER reported an error
  numeric,    // a computation has no meaningful answer (singular, not finite)
  not_built,  // this build lacks the backend that was asked for
  internal,   // a bug of Shoal
};

// Exit status of the program for an error of this kind: 2, 3, 5 or 70.
int exit_status(ErrorCode code);

// The process exit statuses that are not errors of one kind.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed_loci = 4;
inline constexpr int exit_resumable = 75;

// An error with a code, a text that says what is wrong, where and what to do, and context added on the way up.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string_view text, std::source_location where = std::source_location::current());

  ErrorCode code() const { return code_; }
  // Where in Shoal's source the error was raised, as "file:line".
  std::string const& where() const { return where_; }
  // The same error with "context: " before its text, for example "while fitting chr2:100-349 (+)".
  Error with_context(std::string_view context) const;

 private:
  Error(ErrorCode code, std::string text, std::string where);

  ErrorCode code_;
  std::string where_;
};

// Throws Error(code, text).
[[noreturn]] void fail(ErrorCode code, std::string_view text,
                       std::source_location where = std::source_location::current());

// A precondition at a module's border: throws an internal Error with `text` when `condition` does not hold.
inline void expect(bool condition, std::string_view text,
                   std::source_location where = std::source_location::current()) {
  if (!condition) fail(ErrorCode::internal, text, where);
}

}  // namespace shoal
