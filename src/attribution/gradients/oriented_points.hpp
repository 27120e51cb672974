// SPDX-License-Identifier: MIT
// Real-valued sequences in an orientation (kernels/forward/reorient.hpp), and the way of their maps back from there.
#pragma once

#include <span>

#include "kernels/forward/reorient.hpp"

namespace shoal::attribution {

// From point [length, 4] to oriented, of the same shape: what comes in from outside is 0.
void orient(std::span<float const> point, kernels::Orientation orientation, std::span<float> oriented);

// Adds weight times `map` [4, length], of the oriented point, to `sum` [4, length] of the point itself: the transpose
// of `orient`.
void add_from_orientation(std::span<float const> map, kernels::Orientation orientation, double weight,
                          std::span<double> sum);

}  // namespace shoal::attribution
