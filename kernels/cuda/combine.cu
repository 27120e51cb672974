// SPDX-License-Identifier: MIT
#include "kernels/forward/combine.hpp"

#include "kernels/common/activation.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

// Where an operand's element lies: steps are 0 along an axis on which it has one element for all.
struct Steps {
  ConstValues values;
  std::int64_t row;
  std::int64_t column;

  explicit Steps(ConstValues const& operand)
      : values(operand), row(operand.positions == 1 ? 0 : operand.channels), column(operand.channels == 1 ? 0 : 1) {}
  __device__ float at(std::int64_t sequence, std::int64_t t, std::int64_t channel) const {
    return values.data[sequence * values.stride + t * row + channel * column];
  }
};

struct CombineElement {
  Combination combination;
  Steps a, b;
  MutableValues output;
  Activation activation;
  float alpha;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    auto const channels = static_cast<std::uint32_t>(output.channels);
    std::uint32_t const t = static_cast<std::uint32_t>(i) / channels;
    std::uint32_t const channel = static_cast<std::uint32_t>(i) - t * channels;
    float const x = a.at(sequence, t, channel);
    float const y = b.at(sequence, t, channel);
    float const z = combination == Combination::add ? x + y : x * y;
    output.data[sequence * output.stride + i] = activated<ScalarMath>(activation, alpha, z);
  }
};

}  // namespace

void combine(CudaSpace const& space, Combination combination, ConstValues a, ConstValues b, MutableValues output,
             Activation activation, float alpha) {
  cuda::each_element(space, "combine", output.sequences, output.positions * output.channels,
                     CombineElement{combination, Steps(a), Steps(b), output, activation, alpha});
}

}  // namespace shoal::kernels
