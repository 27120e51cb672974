// SPDX-License-Identifier: MIT
#include "inference/gradient/filters.hpp"

#include <algorithm>

#include "base/index.hpp"
#include "inference/forward/weights.hpp"

namespace shoal::inference {

namespace {

// [width, channels / groups, filters] as [width, channels, filters], zeros between groups.
std::vector<float> ungrouped(std::vector<float> const& kernel, ConvolutionGeometry const& geometry) {
  if (geometry.groups == 1) return kernel;
  std::int64_t const channels = geometry.channels / geometry.groups, filters = geometry.filters / geometry.groups;
  std::vector<float> whole(at(geometry.width * geometry.channels * geometry.filters), 0.0F);
  for (std::int64_t k = 0; k < geometry.width; ++k) {
    for (std::int64_t c = 0; c < geometry.channels; ++c) {
      std::int64_t const first = c / channels * filters;
      auto const from = kernel.begin() + (k * channels + c % channels) * geometry.filters + first;
      std::copy_n(from, filters, whole.begin() + (k * geometry.channels + c) * geometry.filters + first);
    }
  }
  return whole;
}

std::vector<float> with_taps_reversed(std::vector<float> const& kernel, std::int64_t width) {
  std::vector<float> reversed;
  std::int64_t const size = static_cast<std::int64_t>(kernel.size()) / width;
  for (std::int64_t k = width - 1; k >= 0; --k) {
    reversed.insert(reversed.end(), kernel.begin() + k * size, kernel.begin() + (k + 1) * size);
  }
  return reversed;
}

}  // namespace

std::vector<float> with_channels_exchanged(std::vector<float> const& kernel, std::int64_t width, std::int64_t channels,
                                           std::int64_t filters) {
  std::vector<float> exchanged(kernel.size());
  for (std::int64_t k = 0; k < width; ++k) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t f = 0; f < filters; ++f) {
        exchanged[at((k * filters + f) * channels + c)] = kernel[at((k * channels + c) * filters + f)];
      }
    }
  }
  return exchanged;
}

namespace {

// The convolution itself, from `from` to `to` channels …
kernels::ConvolutionShape strided_shape(ConvolutionGeometry const& geometry, std::int64_t from, std::int64_t to) {
  return {.in_channels = from,
          .filters = to,
          .width = geometry.width,
          .stride = geometry.stride,
          .dilation = geometry.dilation,
          .padding = geometry.padding};
}

// … and the convolution for its way back, over an input spread by the stride.
kernels::ConvolutionShape spread_shape(ConvolutionGeometry const& geometry, std::int64_t from, std::int64_t to) {
  return {.in_channels = from,
          .filters = to,
          .width = geometry.width,
          .stride = 1,
          .dilation = geometry.dilation,
          .padding = (geometry.width - 1) * geometry.dilation - geometry.padding};
}

std::vector<ConvolutionPart> append_parts(device::Backend const& backend, kernels::ConvolutionShape const& shape,
                                          FoldedWeights const& folded, std::int64_t longest,
                                          std::vector<float>& weights) {
  std::int64_t const most = std::max<std::int64_t>(longest / shape.in_channels, 1);
  std::int64_t const count = (shape.width + most - 1) / most;
  std::vector<ConvolutionPart> parts;
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t const first = i * shape.width / count, behind = (i + 1) * shape.width / count;
    kernels::ConvolutionShape part = shape;
    part.width = behind - first;
    part.padding = shape.padding - first * shape.dilation;
    FoldedWeights const rows = folded.rows(first * shape.in_channels, part.width * shape.in_channels);
    parts.push_back({part, append_filters(backend, part, rows, weights)});
  }
  return parts;
}

}  // namespace

ConvolvePair convolution_pair(device::Backend const& backend, ConvolutionGeometry const& geometry,
                              std::vector<float> const& kernel, std::vector<float> const& bias,
                              std::vector<float>& weights) {
  std::vector<float> const whole = ungrouped(kernel, geometry);
  ConvolvePair pair;
  pair.forward = strided_shape(geometry, geometry.channels, geometry.filters);
  pair.backward = spread_shape(geometry, geometry.filters, geometry.channels);
  pair.backward_spread = geometry.stride;
  auto const backward_kernel = with_channels_exchanged(with_taps_reversed(whole, geometry.width), geometry.width,
                                                       geometry.channels, geometry.filters);
  pair.forward_parts =
      append_parts(backend, pair.forward, FoldedWeights(whole, bias, geometry.filters), longest_forward_chain, weights);
  pair.backward_parts = append_parts(backend, pair.backward, FoldedWeights(backward_kernel, {}, geometry.channels),
                                     longest_backward_chain, weights);
  return pair;
}

ConvolvePair transposed_convolution_pair(device::Backend const& backend, ConvolutionGeometry const& geometry,
                                         std::vector<float> const& kernel, std::vector<float> const& bias,
                                         std::vector<float>& weights) {
  std::vector<float> const whole = ungrouped(kernel, geometry);
  ConvolvePair pair;
  pair.forward = spread_shape(geometry, geometry.channels, geometry.filters);
  pair.forward_spread = geometry.stride;
  pair.backward = strided_shape(geometry, geometry.filters, geometry.channels);
  pair.forward_parts = append_parts(backend, pair.forward,
                                    FoldedWeights(with_taps_reversed(whole, geometry.width), bias, geometry.filters),
                                    longest_forward_chain, weights);
  pair.backward_parts =
      append_parts(backend, pair.backward,
                   FoldedWeights(with_channels_exchanged(whole, geometry.width, geometry.channels, geometry.filters),
                                 {}, geometry.channels),
                   longest_backward_chain, weights);
  return pair;
}

}  // namespace shoal::inference
