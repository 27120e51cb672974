// SPDX-License-Identifier: MIT
// Where an element of a permuted value comes from, host and device.
#pragma once

#include "kernels/forward/permute.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// Plain arrays, because the operators of std::array are not for the device.
struct PermutedOrigin {
  std::int64_t extents[most_permuted_axes];
  std::int64_t steps[most_permuted_axes];

  explicit PermutedOrigin(PermutedAxes const& axes) {
    for (std::size_t axis = 0; axis < most_permuted_axes; ++axis) {
      extents[axis] = axes.extents[axis];
      steps[axis] = axes.steps[axis];
    }
  }

  // The offset in the input of the output's element `i`.
  SHOAL_HOST_DEVICE std::int64_t operator()(std::int64_t i) const {
    std::int64_t offset = 0;
    for (std::size_t axis = most_permuted_axes; axis-- > 0;) {
      if (extents[axis] == 1) continue;
      std::int64_t const slower = i / extents[axis];
      offset += (i - slower * extents[axis]) * steps[axis];
      i = slower;
    }
    return offset;
  }
};

}  // namespace shoal::kernels
