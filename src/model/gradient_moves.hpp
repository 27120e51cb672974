// SPDX-License-Identifier: MIT
// Layers that only move, add or broadcast values, as Accumulations and their adjoints.
#pragma once

#include "kernels/accumulate.hpp"
#include "model/network.hpp"

namespace shoal::model {

// The adjoint of `what` in its source: what the target's adjoint, times the same factor, adds to the source's. Each
// axis may be broadcast (source step 0) or summed, not both.
kernels::Accumulation transposed(kernels::Accumulation const& what);

// An input of shape `from`, its positions or channels possibly one, added to all of an output of shape `to`.
kernels::Accumulation broadcast(Shape from, Shape to);
// broadcast(first, to) times the other input.
kernels::Accumulation multiplied(Shape first, Shape second, Shape to);
// An input placed into an output of shape `to` from `start` of `axis` on.
kernels::Accumulation placed(Shape from, Shape to, Axis axis, std::int64_t start);
kernels::Accumulation sliced(Slice const& slice, Shape from, Shape to);
kernels::Accumulation with_axes_exchanged(Shape from);
// The sum over an axis times `scale`.
kernels::Accumulation summed(Shape from, Axis axis, float scale);
// Rows placed `spread` apart.
kernels::Accumulation spread(Shape from, std::int64_t spread);

}  // namespace shoal::model
