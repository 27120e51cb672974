// SPDX-License-Identifier: MIT
// One thread per row: these layers are a small part of any network.
#include "kernels/forward/order.hpp"

#include "kernels/common/order.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct TopKRow {
  ConstValues input;
  Axis axis;
  bool largest;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    TargetOfRow const to = target_of(output, sequence, axis, line);
    top_k_of(row_of(input, sequence, axis, line), largest, axis == Axis::positions ? output.positions : output.channels,
             to.first, to.step);
  }
};

struct TopKBackwardRow {
  ConstValues input;
  Axis axis;
  bool largest;
  ConstValues output_adjoint;
  MutableValues input_adjoint;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    TargetOfRow const to = target_of(input_adjoint, sequence, axis, line);
    top_k_backward_of(row_of(input, sequence, axis, line), largest, row_of(output_adjoint, sequence, axis, line),
                      to.first, to.step);
  }
};

struct HardmaxRow {
  ConstValues input;
  Axis axis;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t line) const {
    TargetOfRow const to = target_of(output, sequence, axis, line);
    hardmax_of(row_of(input, sequence, axis, line), to.first, to.step);
  }
};

}  // namespace

void top_k(CudaSpace const& space, ConstValues input, Axis axis, bool largest, MutableValues output) {
  cuda::each_element(space, "top_k", input.sequences, rows_along(input, axis), TopKRow{input, axis, largest, output});
}

void top_k_backward(CudaSpace const& space, ConstValues input, Axis axis, bool largest, ConstValues output_adjoint,
                    MutableValues input_adjoint) {
  cuda::each_element(space, "top_k_backward", input.sequences, rows_along(input, axis),
                     TopKBackwardRow{input, axis, largest, output_adjoint, input_adjoint});
}

void hardmax(CudaSpace const& space, ConstValues input, Axis axis, MutableValues output) {
  cuda::each_element(space, "hardmax", input.sequences, rows_along(input, axis), HardmaxRow{input, axis, output});
}

}  // namespace shoal::kernels
