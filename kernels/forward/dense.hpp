// SPDX-License-Identifier: MIT
// Dense layers: a matrix product per position, with bias and activation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/layers.hpp"
#include "kernels/precision.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// y[u] = activation(bias[u] + sum over c of x[c] * kernel[c, u]) at every position.
struct DenseShape {
  std::int64_t in_channels = 0;
  std::int64_t units = 0;
  Activation activation = Activation::linear;
  float alpha = 1.0F;
  Precision precision = Precision::f32;
};

// Weights in the order in which a space reads them, with the bias: made once on the host, then copied to the
// space's memory. `kernel` is [in_channels, units], `bias` [units] or null; `packed` has packed_weights_size floats.
std::size_t packed_weights_size(CpuSpace const& space, DenseShape const& shape);
std::size_t packed_weights_size(CudaSpace const& space, DenseShape const& shape);
void pack_weights(CpuSpace const& space, DenseShape const& shape, float const* kernel, float const* bias,
                  float* packed);
void pack_weights(CudaSpace const& space, DenseShape const& shape, float const* kernel, float const* bias,
                  float* packed);

// `input` (in_channels) and `output` (units) have the same sequences and positions. Each element is one chain of
// float32 fused multiply-adds from the bias through c on the CPU; on every space it is independent of the number of
// sequences. The order in other precisions is that of convolutions.
void dense(CpuSpace const& space, ConstValues input, DenseShape const& shape, float const* packed_weights,
           MutableValues output);
void dense(CudaSpace const& space, ConstValues input, DenseShape const& shape, float const* packed_weights,
           MutableValues output);

}  // namespace shoal::kernels
