// SPDX-License-Identifier: MIT
// Whether this program is checked by the address sanitizer, under which it takes several times as long.
#pragma once

namespace shoal::test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

// `count` trials of the same kind, a quarter of them under the sanitizer.
constexpr int trials(int count) {
  return is_sanitized ? count / 4 : count;
}

}  // namespace shoal::test
