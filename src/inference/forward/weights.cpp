// SPDX-License-Identifier: MIT
#include "inference/forward/weights.hpp"

#include <algorithm>

namespace shoal::inference {

namespace {

// Adds space for `size` floats at the next multiple of 16 (64 bytes).
std::size_t append_room(std::size_t size, std::vector<float>& weights) {
  std::size_t const offset = (weights.size() + 15) / 16 * 16;
  weights.resize(offset + size);
  return offset;
}

}  // namespace

FoldedWeights::FoldedWeights(std::vector<float> const& kernel, std::vector<float> const& bias, std::int64_t channels)
    : kernel_(kernel.begin(), kernel.end()), bias_(bias.begin(), bias.end()) {
  bias_.resize(static_cast<std::size_t>(channels), 0.0);
}

void FoldedWeights::fold(network::BatchNorm const& norm) {
  std::size_t const channels = bias_.size();
  for (std::size_t i = 0; i < kernel_.size(); ++i) kernel_[i] *= static_cast<double>(norm.scale[i % channels]);
  for (std::size_t c = 0; c < channels; ++c) {
    bias_[c] = bias_[c] * static_cast<double>(norm.scale[c]) + static_cast<double>(norm.shift[c]);
  }
}

FoldedWeights FoldedWeights::rows(std::int64_t first, std::int64_t count) const {
  FoldedWeights part = *this;
  auto const row = static_cast<std::int64_t>(bias_.size());
  part.kernel_ = {kernel_.begin() + first * row, kernel_.begin() + (first + count) * row};
  if (first > 0) part.bias_.assign(bias_.size(), 0.0);
  return part;
}

std::vector<float> reversed_taps(network::ConvTranspose1D const& layer) {
  std::size_t const tap = layer.kernel.size() / static_cast<std::size_t>(layer.width);
  std::vector<float> reversed(layer.kernel.size());
  for (std::size_t begin = 0; begin < layer.kernel.size(); begin += tap) {
    std::copy_n(layer.kernel.data() + begin, tap, reversed.data() + (layer.kernel.size() - tap - begin));
  }
  return reversed;
}

std::size_t append_filters(device::Backend const& backend, kernels::ConvolutionShape const& shape,
                           FoldedWeights const& folded, std::vector<float>& weights) {
  return device::dispatch(backend, [&](auto const& space) {
    std::size_t const offset = append_room(kernels::packed_filters_size(space, shape), weights);
    kernels::pack_filters(space, shape, folded.kernel().data(), folded.bias().data(), weights.data() + offset);
    return offset;
  });
}

std::size_t append_code_filters(device::Backend const& backend, kernels::ConvolutionShape const& shape,
                                FoldedWeights const& folded, std::vector<float>& weights) {
  return device::dispatch(backend, [&](auto const& space) {
    std::size_t const offset = append_room(kernels::packed_code_filters_size(space, shape), weights);
    kernels::pack_code_filters(space, shape, folded.kernel().data(), folded.bias().data(), weights.data() + offset);
    return offset;
  });
}

std::size_t append_dense(device::Backend const& backend, kernels::DenseShape const& shape, FoldedWeights const& folded,
                         std::vector<float>& weights) {
  return device::dispatch(backend, [&](auto const& space) {
    std::size_t const offset = append_room(kernels::packed_weights_size(space, shape), weights);
    kernels::pack_weights(space, shape, folded.kernel().data(), folded.bias().data(), weights.data() + offset);
    return offset;
  });
}

std::size_t append_recurrence(device::Backend const& backend, network::Recurrence const& layer,
                              std::vector<float>& weights) {
  auto const data = [](std::vector<float> const& values) { return values.empty() ? nullptr : values.data(); };
  return device::dispatch(backend, [&](auto const& space) {
    std::size_t const offset = append_room(kernels::packed_recurrence_size(space, layer.recurrence), weights);
    kernels::pack_recurrence(space, layer.recurrence, layer.kernel.data(), data(layer.bias), data(layer.initial),
                             weights.data() + offset);
    return offset;
  });
}

std::size_t append_values(std::vector<float> const& values, std::vector<float>& weights) {
  std::size_t const offset = append_room(values.size(), weights);
  std::copy(values.begin(), values.end(), weights.begin() + static_cast<std::ptrdiff_t>(offset));
  return offset;
}

}  // namespace shoal::inference
