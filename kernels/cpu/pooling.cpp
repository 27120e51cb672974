// SPDX-License-Identifier: MIT
#include "kernels/forward/pooling.hpp"

#include <algorithm>

#include "kernels/common/counted_rows.hpp"
#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

void pool(CpuSpace const& space, ConstValues input, PoolShape const& shape, MutableValues output) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    for (std::int64_t u = 0; u < output.positions; ++u) {
      std::int64_t const first = u * shape.stride - shape.padding;
      std::int64_t const begin = std::max<std::int64_t>(first, 0);
      std::int64_t const end = std::min(first + shape.width, input.positions);
      vector_kernels().pool({.kind = shape.kind,
                             .input = input.data + s * input.stride + begin * input.channels,
                             .rows = end - begin,
                             .divisor = counted_rows(shape, input.positions, first),
                             .channels = input.channels,
                             .output = output.data + s * output.stride + u * output.channels});
    }
    clear_margin(output, s);
  }
}

void global_pool(CpuSpace const& space, ConstValues input, PoolKind kind, MutableValues output) {
  pool(space, input, {.kind = kind, .width = input.positions, .stride = 1, .padding = 0}, output);
}

}  // namespace shoal::kernels
