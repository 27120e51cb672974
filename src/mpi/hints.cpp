// SPDX-License-Identifier: MIT
#include "mpi/hints.hpp"

#include <fmt/core.h>
#include <mpi.h>

#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::mpi {

Hints parse_hints(std::vector<std::string> const& words) {
  Hints hints;
  std::set<std::string> taken;
  for (std::string const& word : words) {
    auto const refuse = [&word](std::string const& why) {
      fail(ErrorCode::config, fmt::format("--mpi-io-hint {}: {}", quoted(word), why));
    };
    auto const border = word.find('=');
    if (border == std::string::npos) refuse("choose KEY=VALUE, for example striping_factor=8");
    Hint hint{std::string(trim(word.substr(0, border))), std::string(trim(word.substr(border + 1)))};
    if (hint.key.empty() || hint.value.empty()) refuse("the key or the value is empty");
    if (hint.key.size() >= MPI_MAX_INFO_KEY) {
      refuse(fmt::format("this MPI library takes keys of up to {} bytes", MPI_MAX_INFO_KEY - 1));
    }
    if (hint.value.size() >= MPI_MAX_INFO_VAL) {
      refuse(fmt::format("this MPI library takes values of up to {} bytes", MPI_MAX_INFO_VAL - 1));
    }
    if (!taken.insert(hint.key).second) refuse("this key was given before");
    hints.push_back(std::move(hint));
  }
  return hints;
}

}  // namespace shoal::mpi
