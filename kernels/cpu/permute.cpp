// SPDX-License-Identifier: MIT
#include "kernels/common/permute.hpp"

#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

void permute(CpuSpace const& space, ConstValues input, PermutedAxes const& axes, MutableValues output) {
  std::int64_t const run = axes.extents.back(), step = axes.steps.back();
  PermutedOrigin const origin(axes);
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < output.sequences; ++s) {
    float* const to = output.data + s * output.stride;
    for (std::int64_t i = 0; i < output.positions * output.channels; i += run) {
      float const* const from = input.data + s * input.stride + origin(i);
      for (std::int64_t k = 0; k < run; ++k) to[i + k] = from[k * step];
    }
    clear_margin(output, s);
  }
}

}  // namespace shoal::kernels
