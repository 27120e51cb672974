// SPDX-License-Identifier: MIT
// Layers that only move, add or broadcast values, as Accumulations and their adjoints.
#pragma once

#include "kernels/backward/accumulate.hpp"
#include "network/network.hpp"

namespace shoal::inference {

// The adjoint of `what` with respect to its source: what the target's adjoint, times the same factor, adds to the
// source's. Each axis may be broadcast (source step 0) or summed, not both.
kernels::Accumulation transposed(kernels::Accumulation const& what);

// An input of shape `from`, with its positions or channels or one, added to all of an output of shape `to`.
kernels::Accumulation broadcast(network::Shape from, network::Shape to);
// broadcast(first, to) times the other input.
kernels::Accumulation multiplied(network::Shape first, network::Shape second, network::Shape to);
// An input placed into an output of shape `to` from `start` of `axis` on.
kernels::Accumulation placed(network::Shape from, network::Shape to, network::Axis axis, std::int64_t start);
kernels::Accumulation sliced(network::Slice const& slice, network::Shape from, network::Shape to);
kernels::Accumulation with_axes_exchanged(network::Shape from);
// The sum over an axis times `scale`.
kernels::Accumulation summed(network::Shape from, network::Axis axis, float scale);
// Rows that are placed `spread` apart.
kernels::Accumulation spread(network::Shape from, std::int64_t spread);

}  // namespace shoal::inference
