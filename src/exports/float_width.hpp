// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace shoal::exports {

// Bits of each floating-point number in an exported array.
enum class FloatWidth { half = 16, single = 32, full = 64 };

// 16, 32 or 64. Errors: config.
FloatWidth parse_float_width(std::int64_t bits);

}  // namespace shoal::exports
