// SPDX-License-Identifier: MIT
#include "kernels/readout_backward.hpp"

#include "kernels/common/readout_backward.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct ReadoutBackwardElement {
  ConstValues input;
  ReadoutShape shape;
  double weight;
  MutableValues target;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    ReadPart const part = read_part(input, shape, sequence);
    std::int64_t const t = i / part.tracks;
    std::int64_t const c = i - t * part.tracks;
    float* const to = target.data + sequence * target.stride + (part.data - (input.data + sequence * input.stride));
    to[t * part.step + c] += static_cast<float>(weight * readout_slope(shape, part, t, c));
  }
};

}  // namespace

void read_out_backward(CudaSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target) {
  cuda::each_element(space, "read_out_backward", input.sequences, shape.positions * shape.tracks,
                     ReadoutBackwardElement{input, shape, weight, target});
}

}  // namespace shoal::kernels
