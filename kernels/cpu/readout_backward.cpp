// SPDX-License-Identifier: MIT
#include "kernels/backward/readout_backward.hpp"

#include "kernels/common/readout_rescale.hpp"

namespace shoal::kernels {

void read_out_backward(CpuSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    ReadPart const part = read_part(input, shape, s);
    float* const to = target.data + s * target.stride + (part.data - (input.data + s * input.stride));
    for (std::int64_t t = 0; t < part.positions; ++t) {
      for (std::int64_t c = 0; c < part.tracks; ++c) {
        to[t * part.step + c] += static_cast<float>(weight * readout_slope(shape, part, t, c));
      }
    }
  }
}

void read_out_rescale(CpuSpace const& space, ConstValues input, ConstValues reference, ReadoutShape const& shape,
                      double weight, MutableValues target) {
  if (is_linear(shape.kind)) {
    read_out_backward(space, input, shape, weight, target);
    return;
  }
  bool const by_position = shape.kind == ReadoutKind::softmax_tracks;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    ReadPart const own = read_part(input, shape, s), other = read_part(reference, shape, s);
    float* const to = target.data + s * target.stride + (own.data - (input.data + s * input.stride));
    for (std::int64_t line = 0; line < (by_position ? own.positions : own.tracks); ++line) {
      RowPair const rows{pooled_row(shape, own, line), pooled_row(shape, other, line)};
      LineRule const rule(rows, shape.kind == ReadoutKind::max);
      float* const first = to + (rows.own.first - own.data);
      for (std::int64_t i = 0; i < rows.own.count; ++i) {
        first[i * rows.own.step] += static_cast<float>(weight * rule.multiplier(i));
      }
    }
  }
}

}  // namespace shoal::kernels
