// SPDX-License-Identifier: MIT
#include "kernels/common/readout.hpp"

namespace shoal::kernels {

void read_out(CpuSpace const& space, ConstValues input, ReadoutShape const& shape, double weight, bool accumulate,
              float* columns, std::int64_t stride) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    ReadPart const part = read_part(input, shape, s);
    float* const row = columns + s * stride;
    if (shape.kind == ReadoutKind::profile) {
      for (std::int64_t t = 0; t < shape.positions; ++t) {
        row[t] = accumulated(weight, sum_of_position(part, t), accumulate, row[t]);
      }
    } else {
      row[0] = accumulated(weight, read_number(shape, part), accumulate, row[0]);
    }
  }
}

}  // namespace shoal::kernels
