// SPDX-License-Identifier: MIT
#include "kernels/common/readout.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

constexpr unsigned read_out_threads = 64;

struct ProfileElement {
  ConstValues input;
  ReadoutShape shape;
  double weight;
  bool accumulate;
  float* columns;
  std::int64_t stride;

  __device__ void operator()(std::int64_t sequence, std::int64_t t) const {
    float& column = columns[sequence * stride + t];
    column = accumulated(weight, sum_of_position(read_part(input, shape, sequence), t), accumulate, column);
  }
};

// One thread per sequence: its sum is one chain, as on the CPU.
__global__ void __launch_bounds__(read_out_threads)
    read_out_kernel(ConstValues input, ReadoutShape shape, double weight, bool accumulate, float* columns,
                    std::int64_t stride) {
  for (std::int64_t s = cuda::global_thread(); s < input.sequences; s += cuda::global_threads()) {
    float& column = columns[s * stride];
    column = accumulated(weight, read_number(shape, read_part(input, shape, s)), accumulate, column);
  }
}

}  // namespace

void read_out(CudaSpace const& space, ConstValues input, ReadoutShape const& shape, double weight, bool accumulate,
              float* columns, std::int64_t stride) {
  if (input.sequences == 0) return;
  if (shape.kind == ReadoutKind::profile) {
    cuda::each_element(space, "read_out", input.sequences, shape.positions,
                       ProfileElement{input, shape, weight, accumulate, columns, stride});
    return;
  }
  cuda::launch(space, "read_out", cuda::one_thread_each(input.sequences, read_out_threads), read_out_kernel, input,
               shape, weight, accumulate, columns, stride);
}

}  // namespace shoal::kernels
