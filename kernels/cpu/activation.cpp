// SPDX-License-Identifier: MIT
#include "kernels/forward/activation.hpp"

#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

void activate(CpuSpace const& space, ConstValues input, Activation activation, float alpha, MutableValues output) {
  std::int64_t const size = input.positions * input.channels;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    vector_kernels().activate(input.data + s * input.stride, size, activation, alpha, output.data + s * output.stride);
    clear_margin(output, s);
  }
}

void scale_shift(CpuSpace const& space, ConstValues input, float const* scale, float const* shift, MutableValues output,
                 Activation activation, float alpha) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    vector_kernels().scale_shift({.input = input.data + s * input.stride,
                                  .rows = input.positions,
                                  .channels = input.channels,
                                  .scale = scale,
                                  .shift = shift,
                                  .activation = activation,
                                  .alpha = alpha,
                                  .output = output.data + s * output.stride});
    clear_margin(output, s);
  }
}

void take_element(CpuSpace const&, ConstValues input, std::int64_t element, float* column, std::int64_t stride) {
  for (std::int64_t s = 0; s < input.sequences; ++s) column[s * stride] = input.data[s * input.stride + element];
}

}  // namespace shoal::kernels
