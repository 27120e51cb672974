// SPDX-License-Identifier: MIT
#include "kernels/readout_backward.hpp"

#include "kernels/common/readout_backward.hpp"

namespace shoal::kernels {

void read_out_backward(CpuSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    ReadPart const part = read_part(input, shape, s);
    float* const to = target.data + s * target.stride + (part.data - (input.data + s * input.stride));
    for (std::int64_t t = 0; t < part.positions; ++t) {
      for (std::int64_t c = 0; c < part.tracks; ++c) {
        to[t * part.step + c] += static_cast<float>(weight * readout_slope(shape, part, t, c));
      }
    }
  }
}

}  // namespace shoal::kernels
