// SPDX-License-Identifier: MIT
#include "kernels/backward/activation_backward.hpp"

#include "kernels/common/activation_backward.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct SlopeElement {
  ConstValues input;
  Activation activation;
  float alpha;
  ConstValues output_adjoint;
  MutableValues input_adjoint;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    float const slope = activation_slope(activation, alpha, input.data[sequence * input.stride + i]);
    float const adjoint = output_adjoint.data[sequence * output_adjoint.stride + i];
    input_adjoint.data[sequence * input_adjoint.stride + i] =
        activation == Activation::relu && slope == 0.0F ? 0.0F : adjoint * slope;
  }
};

struct RescaleElement {
  ConstValues input;
  ConstValues reference;
  Activation activation;
  float alpha;
  ConstValues output_adjoint;
  MutableValues input_adjoint;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    float const multiplier = rescale_multiplier(activation, alpha, input.data[sequence * input.stride + i],
                                                reference.data[sequence * reference.stride + i]);
    input_adjoint.data[sequence * input_adjoint.stride + i] =
        output_adjoint.data[sequence * output_adjoint.stride + i] * multiplier;
  }
};

}  // namespace

void activate_backward(CudaSpace const& space, ConstValues input, Activation activation, float alpha,
                       ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "activate_backward", input.sequences, input.positions * input.channels,
                     SlopeElement{input, activation, alpha, output_adjoint, input_adjoint});
}

void activate_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, Activation activation,
                      float alpha, ConstValues output_adjoint, MutableValues input_adjoint) {
  cuda::each_element(space, "activate_rescale", input.sequences, input.positions * input.channels,
                     RescaleElement{input, reference, activation, alpha, output_adjoint, input_adjoint});
}

}  // namespace shoal::kernels
