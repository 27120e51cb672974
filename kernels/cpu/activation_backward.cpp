// SPDX-License-Identifier: MIT
#include "kernels/backward/activation_backward.hpp"

#include "kernels/common/activation_backward.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

// relu is a loop of its own, which the compiler turns into vectors.
void backward_of_one(float const* input, std::int64_t size, Activation activation, float alpha, float const* from,
                     float* to) {
  if (activation == Activation::relu) {
    for (std::int64_t i = 0; i < size; ++i) to[i] = input[i] > 0.0F ? from[i] : 0.0F;
  } else {
    for (std::int64_t i = 0; i < size; ++i) to[i] = from[i] * activation_slope(activation, alpha, input[i]);
  }
}

}  // namespace

void activate_backward(CpuSpace const& space, ConstValues input, Activation activation, float alpha,
                       ConstValues output_adjoint, MutableValues input_adjoint) {
  std::int64_t const size = input.positions * input.channels;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    backward_of_one(input.data + s * input.stride, size, activation, alpha,
                    output_adjoint.data + s * output_adjoint.stride, input_adjoint.data + s * input_adjoint.stride);
    clear_margin(input_adjoint, s);
  }
}

void activate_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, Activation activation,
                      float alpha, ConstValues output_adjoint, MutableValues input_adjoint) {
  std::int64_t const size = input.positions * input.channels;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    float const* const x = input.data + s * input.stride;
    float const* const r = reference.data + s * reference.stride;
    float const* const from = output_adjoint.data + s * output_adjoint.stride;
    float* const to = input_adjoint.data + s * input_adjoint.stride;
    for (std::int64_t i = 0; i < size; ++i) to[i] = from[i] * rescale_multiplier(activation, alpha, x[i], r[i]);
    clear_margin(input_adjoint, s);
  }
}

}  // namespace shoal::kernels
