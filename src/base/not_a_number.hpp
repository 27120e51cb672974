// SPDX-License-Identifier: MIT
// The number that says that there is none.
#pragma once

#include <limits>

namespace shoal {

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace shoal
