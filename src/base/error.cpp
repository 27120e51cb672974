// SPDX-License-Identifier: MIT
#include "base/error.hpp"

#include <fmt/core.h>

namespace shoal {

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::config:
    case ErrorCode::not_built:
      return 2;
    case ErrorCode::input:
      return 3;
    case ErrorCode::output:
      return 5;
    case ErrorCode::mpi:
    case ErrorCode::cuda:
    case ErrorCode::numeric:
    case ErrorCode::internal:
      return 70;
  }
  return 70;
}

namespace {

std::string location_text(std::source_location where) {
  std::string_view file = where.file_name();
  if (auto slash = file.rfind('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  return fmt::format("{}:{}", file, where.line());
}

}  // namespace

Error::Error(ErrorCode code, std::string_view text, std::source_location where)
    : Error(code, std::string(text), location_text(where)) {}

Error::Error(ErrorCode code, std::string text, std::string where)
    : std::runtime_error(std::move(text)), code_(code), where_(std::move(where)) {}

Error Error::with_context(std::string_view context) const {
  return Error(code_, fmt::format("{}: {}", context, what()), where_);
}

void fail(ErrorCode code, std::string_view text, std::source_location where) {
  throw Error(code, text, where);
}

}  // namespace shoal
