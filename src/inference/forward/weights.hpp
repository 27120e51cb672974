// SPDX-License-Identifier: MIT
// Weights on their way into a program: batch normalisation folded in, then packed as the backend's kernels read them.
#pragma once

#include <cstddef>
#include <vector>

#include "device/backend.hpp"
#include "kernels/forward/convolution.hpp"
#include "kernels/forward/dense.hpp"
#include "kernels/forward/recurrence.hpp"
#include "network/network.hpp"

namespace shoal::inference {

// Kernel [rows, channels] and bias [channels] of a convolution or dense layer, in double precision while they change.
class FoldedWeights {
 public:
  FoldedWeights(std::vector<float> const& kernel, std::vector<float> const& bias, std::int64_t channels);

  // Applies y * scale + shift after the layer.
  void fold(network::BatchNorm const& norm);
  // The kernel's rows [first, first + count), and the bias with the first row only.
  FoldedWeights rows(std::int64_t first, std::int64_t count) const;
  std::vector<float> kernel() const { return {kernel_.begin(), kernel_.end()}; }
  std::vector<float> bias() const { return {bias_.begin(), bias_.end()}; }

 private:
  std::vector<double> kernel_;
  std::vector<double> bias_;
};

// The kernel of a transposed convolution with its taps in reverse: that of the convolution which it is.
std::vector<float> reversed_taps(network::ConvTranspose1D const& layer);

// Each appends to `weights` and returns the offset, a multiple of 16 floats.
std::size_t append_filters(device::Backend const& backend, kernels::ConvolutionShape const& shape,
                           FoldedWeights const& folded, std::vector<float>& weights);
std::size_t append_code_filters(device::Backend const& backend, kernels::ConvolutionShape const& shape,
                                FoldedWeights const& folded, std::vector<float>& weights);
std::size_t append_dense(device::Backend const& backend, kernels::DenseShape const& shape, FoldedWeights const& folded,
                         std::vector<float>& weights);
std::size_t append_recurrence(device::Backend const& backend, network::Recurrence const& layer,
                              std::vector<float>& weights);
std::size_t append_values(std::vector<float> const& values, std::vector<float>& weights);

}  // namespace shoal::inference
