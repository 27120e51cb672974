// SPDX-License-Identifier: MIT
// The maximum that all pooling uses, host and device.
#pragma once

#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// `next` if it is larger than `best`, else `best`: one step of a running maximum.
SHOAL_HOST_DEVICE inline float larger(float best, float next) {
  return best < next ? next : best;
}

}  // namespace shoal::kernels
