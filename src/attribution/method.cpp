// SPDX-License-Identifier: MIT
#include "attribution/method.hpp"

#include <fmt/core.h>

#include "attribution/additive_ridge_method.hpp"
#include "attribution/ism_method.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::attribution {

std::unique_ptr<Method> make_method(std::string const& name, MethodOptions const& options) {
  if (name == "additive-ridge") return std::make_unique<AdditiveRidgeMethod>(options.ridge);
  if (name == "ism") return std::make_unique<IsmMethod>();
  fail(ErrorCode::config, fmt::format("unknown method '{}': known are additive-ridge, ism", quoted(name)));
}

}  // namespace shoal::attribution
