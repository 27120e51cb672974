// SPDX-License-Identifier: MIT
// The one maximum of pooling, host and device.
#pragma once

#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// `next` where it is larger than `best`, else `best`: the step of a running maximum.
SHOAL_HOST_DEVICE inline float larger(float best, float next) {
  return best < next ? next : best;
}

}  // namespace shoal::kernels
