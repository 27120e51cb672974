// SPDX-License-Identifier: MIT
// A part of the positions of packed sequences as sequences of their own. Bit-identical in both spaces.
#pragma once

#include <cstdint>

#include "kernels/library/packed.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// Row m of `part` becomes positions first, first + 1, …, first + part.length - 1 of row m of `whole`, which must be
// there; bits past its length become 0. As many rows, no memory in common; neither mask of N is looked at.
void cut_rows(CpuSpace const& space, PackedView const& whole, std::int32_t first, MutablePackedView const& part);
void cut_rows(CudaSpace const& space, PackedView const& whole, std::int32_t first, MutablePackedView const& part);

}  // namespace shoal::kernels
