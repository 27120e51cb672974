// SPDX-License-Identifier: MIT
#include "kernels/forward/activation.hpp"

#include "kernels/common/activation.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct ActivateElement {
  ConstValues input;
  MutableValues output;
  Activation activation;
  float alpha;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    float const x = input.data[sequence * input.stride + i];
    output.data[sequence * output.stride + i] = activated<ScalarMath>(activation, alpha, x);
  }
};

struct ScaleShiftElement {
  ConstValues input;
  float const* scale;
  float const* shift;
  MutableValues output;
  Activation activation;
  float alpha;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    auto const channel = static_cast<std::uint32_t>(i) % static_cast<std::uint32_t>(input.channels);
    float const x = input.data[sequence * input.stride + i];
    float const scaled = __fmaf_rn(x, scale[channel], shift[channel]);
    output.data[sequence * output.stride + i] = activated<ScalarMath>(activation, alpha, scaled);
  }
};

__global__ void __launch_bounds__(cuda::default_threads)
    take_element_kernel(ConstValues input, std::int64_t element, float* column, std::int64_t stride) {
  for (std::int64_t s = cuda::global_thread(); s < input.sequences; s += cuda::global_threads()) {
    column[s * stride] = input.data[s * input.stride + element];
  }
}

}  // namespace

void activate(CudaSpace const& space, ConstValues input, Activation activation, float alpha, MutableValues output) {
  cuda::each_element(space, "activate", input.sequences, input.positions * input.channels,
                     ActivateElement{input, output, activation, alpha});
}

void scale_shift(CudaSpace const& space, ConstValues input, float const* scale, float const* shift,
                 MutableValues output, Activation activation, float alpha) {
  cuda::each_element(space, "scale_shift", input.sequences, input.positions * input.channels,
                     ScaleShiftElement{input, scale, shift, output, activation, alpha});
}

void take_element(CudaSpace const& space, ConstValues input, std::int64_t element, float* column, std::int64_t stride) {
  if (input.sequences == 0) return;
  cuda::launch(space, "take_element", cuda::one_thread_each(input.sequences), take_element_kernel, input, element,
               column, stride);
}

}  // namespace shoal::kernels
