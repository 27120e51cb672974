// SPDX-License-Identifier: MIT
// Signed numbers as places in containers.
#pragma once

#include <concepts>
#include <cstddef>

namespace shoal {

// `index`, which is not negative, as the standard library's containers want it.
constexpr std::size_t at(std::integral auto index) {
  return static_cast<std::size_t>(index);
}

}  // namespace shoal
