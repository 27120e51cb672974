// SPDX-License-Identifier: MIT
// Sizes in 64 bits that stop instead of wrapping around.
#pragma once

#include <cstdint>
#include <string_view>

namespace shoal {

// a × b and a + b. Errors: config, "WHAT is larger than 2^63 bytes", when the result does not fit.
std::int64_t checked_product(std::int64_t a, std::int64_t b, std::string_view what);
std::int64_t checked_sum(std::int64_t a, std::int64_t b, std::string_view what);

}  // namespace shoal
