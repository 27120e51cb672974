// SPDX-License-Identifier: MIT
#include "attribution/method_set.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"

namespace shoal::attribution {

MethodSet::MethodSet(std::vector<std::string> const& names, MethodOptions const& options) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    methods_.push_back(make_method(*name, options));
    if (std::find(names.begin(), name, *name) != name) {
      fail(ErrorCode::config, fmt::format("--methods names {} twice", *name));
    }
  }
}

bool MethodSet::uses_library() const {
  return std::any_of(methods_.begin(), methods_.end(), [](auto const& method) { return method->uses_library(); });
}

bool MethodSet::uses_gradient() const {
  return std::any_of(methods_.begin(), methods_.end(), [](auto const& method) { return method->uses_gradient(); });
}

void MethodSet::require_library_methods() const {
  for (auto const& method : methods_) {
    if (method->library_method() != nullptr) continue;
    fail(ErrorCode::config, fmt::format("{} needs the network: use shoal scan", method->name()));
  }
}

}  // namespace shoal::attribution
