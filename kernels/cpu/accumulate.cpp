// SPDX-License-Identifier: MIT
#include "kernels/backward/accumulate.hpp"

#include <algorithm>

#include "kernels/common/accumulate.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

// One element, or a whole row of elements that lie next to each other: the case that matters for speed.
bool is_plain(Accumulation const& what, float const* factor) {
  return factor == nullptr && what.summed_positions * what.summed_channels == 1 && what.source.channel == 1 &&
         what.target.channel == 1 && what.scale == 1.0F;
}

void accumulate_one(float const* source, float const* factor, Accumulation const& what, float* target) {
  bool const plain = is_plain(what, factor);
  for (std::int64_t p = 0; p < what.positions; ++p) {
    if (plain) {
      float const* const from = source + element_at(what.source, p, 0);
      float* const to = target + element_at(what.target, p, 0);
      for (std::int64_t c = 0; c < what.channels; ++c) to[c] += from[c];
    } else {
      for (std::int64_t c = 0; c < what.channels; ++c) {
        target[element_at(what.target, p, c)] += accumulated(what, source, factor, p, c);
      }
    }
  }
}

}  // namespace

void accumulate(CpuSpace const& space, ConstValues source, ConstValues factor, Accumulation const& what,
                MutableValues target) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < target.sequences; ++s) {
    float const* const by = factor.data == nullptr ? nullptr : factor.data + s * factor.stride;
    accumulate_one(source.data + s * source.stride, by, what, target.data + s * target.stride);
  }
}

void load_values(CpuSpace const& space, float const* values, MutableValues target) {
  std::int64_t const size = target.positions * target.channels;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < target.sequences; ++s) {
    std::copy_n(values + s * size, size, target.data + s * target.stride);
    clear_margin(target, s);
  }
}

void store_maps(CpuSpace const& space, ConstValues values, float* maps, std::int64_t stride) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < values.sequences; ++s) {
    for (std::int64_t c = 0; c < values.channels; ++c) {
      float* const to = maps + s * stride + c * values.positions;
      float const* const from = values.data + s * values.stride + c;
      for (std::int64_t p = 0; p < values.positions; ++p) to[p] = from[p * values.channels];
    }
  }
}

}  // namespace shoal::kernels
