// SPDX-License-Identifier: MIT
// One element of an Accumulation, host and device.
#pragma once

#include "kernels/backward/accumulate.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::kernels {

SHOAL_HOST_DEVICE inline std::int64_t element_at(ElementSteps const& steps, std::int64_t p, std::int64_t c) {
  return steps.start + p * steps.position + c * steps.channel;
}

// The scaled sum for element (p, c), from the data of one sequence.
SHOAL_HOST_DEVICE inline float accumulated(Accumulation const& what, float const* source, float const* factor,
                                           std::int64_t p, std::int64_t c) {
  float const* const from = source + element_at(what.source, p, c);
  float const* const by = factor == nullptr ? nullptr : factor + element_at(what.factor, p, c);
  float sum = 0.0F;
  for (std::int64_t i = 0; i < what.summed_positions; ++i) {
    for (std::int64_t j = 0; j < what.summed_channels; ++j) {
      float const x = from[i * what.source_sum.position + j * what.source_sum.channel];
      sum += by == nullptr ? x : x * by[i * what.factor_sum.position + j * what.factor_sum.channel];
    }
  }
  return what.scale * sum;
}

}  // namespace shoal::kernels
