// SPDX-License-Identifier: MIT
// Packed sequences shifted and reverse-complemented, for averages over both. Bit-identical in both spaces.
#pragma once

#include <cstdint>

#include "kernels/library/packed.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// First the shift (positive: to the right, what comes in from outside is N), then the reverse complement.
struct Orientation {
  bool reverse_complement = false;
  std::int32_t shift = 0;

  bool operator==(Orientation const&) const = default;
};

// Row m of `output` is row m of `input`, reoriented; `unknown` [ceil(length / 64)] becomes the mask of its N. Same
// mutants and length; no memory in common.
void reorient(CpuSpace const& space, PackedView input, Orientation orientation, MutablePackedView output,
              std::uint64_t* unknown);
void reorient(CudaSpace const& space, PackedView input, Orientation orientation, MutablePackedView output,
              std::uint64_t* unknown);

}  // namespace shoal::kernels
