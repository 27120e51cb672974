// SPDX-License-Identifier: MIT
#include "base/sizes.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace shoal {

namespace {

[[noreturn]] void fail_too_large(std::string_view what) {
  fail(ErrorCode::config, fmt::format("{} is larger than 2^63 bytes", what));
}

}  // namespace

std::int64_t checked_product(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) fail_too_large(what);
  return product;
}

std::int64_t checked_sum(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) fail_too_large(what);
  return sum;
}

}  // namespace shoal
