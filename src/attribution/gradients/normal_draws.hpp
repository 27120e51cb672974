// SPDX-License-Identifier: MIT
// Normal numbers of noise, made on the host: the same on every backend.
#pragma once

#include <cstdint>

namespace shoal::attribution {

// The standard normal quantile of (u + 1/2) / 2^52 with u the upper 52 bits of `uniform`: algorithm AS 241 (PPND16,
// Wichura 1988), in double precision to about 1e-16.
double normal_from(std::uint64_t uniform);

}  // namespace shoal::attribution
