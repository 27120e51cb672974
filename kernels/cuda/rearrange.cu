// SPDX-License-Identifier: MIT
#include "kernels/forward/rearrange.hpp"

#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct MoveElement {
  ConstValues input;
  Rectangle from;
  MutableValues output;
  Rectangle to;
  std::uint32_t columns;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    std::uint32_t const r = static_cast<std::uint32_t>(i) / columns;
    std::uint32_t const c = static_cast<std::uint32_t>(i) - r * columns;
    output.data[sequence * output.stride + to.start + r * to.row_step + c * to.column_step] =
        input.data[sequence * input.stride + from.start + r * from.row_step + c * from.column_step];
  }
};

struct FillElement {
  float value;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    output.data[sequence * output.stride + i] = value;
  }
};

struct RepeatElement {
  float const* values;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    output.data[sequence * output.stride + i] = values[i];
  }
};

}  // namespace

void rearrange(CudaSpace const& space, ConstValues input, Rectangle const& from, MutableValues output,
               Rectangle const& to, std::int64_t rows, std::int64_t columns) {
  cuda::each_element(space, "rearrange", input.sequences, rows * columns,
                     MoveElement{input, from, output, to, static_cast<std::uint32_t>(columns)});
}

void fill(CudaSpace const& space, float value, MutableValues output) {
  cuda::each_element(space, "fill", output.sequences, output.positions * output.channels, FillElement{value, output});
}

void repeat(CudaSpace const& space, float const* values, MutableValues output) {
  cuda::each_element(space, "repeat", output.sequences, output.positions * output.channels,
                     RepeatElement{values, output});
}

}  // namespace shoal::kernels
