// SPDX-License-Identifier: MIT
#include "kernels/common/permute.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct PermuteElement {
  ConstValues input;
  PermutedOrigin origin;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    output.data[sequence * output.stride + i] = input.data[sequence * input.stride + origin(i)];
  }
};

}  // namespace

void permute(CudaSpace const& space, ConstValues input, PermutedAxes const& axes, MutableValues output) {
  cuda::each_element(space, "permute", output.sequences, output.positions * output.channels,
                     PermuteElement{input, PermutedOrigin(axes), output});
}

}  // namespace shoal::kernels
