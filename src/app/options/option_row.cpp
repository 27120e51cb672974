// SPDX-License-Identifier: MIT
#include "app/options/option_row.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::app {

void refuse_value(std::string const& name, std::string const& text, std::string const& reason) {
  if (reason.starts_with("--")) fail(ErrorCode::config, reason);
  std::string const shown = parse_real(text) ? text : quoted(text);
  fail(ErrorCode::config, fmt::format("--{} {}: {}", name, shown, reason));
}

}  // namespace shoal::app
