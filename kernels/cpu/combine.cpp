// SPDX-License-Identifier: MIT
#include "kernels/forward/combine.hpp"

#include "kernels/cpu/vector/panels.hpp"
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

namespace {

bool has_shape_of(ConstValues const& one, MutableValues const& other) {
  return one.positions == other.positions && one.channels == other.channels;
}

// An operand's row t.
float const* row_of(ConstValues const& values, std::int64_t sequence, std::int64_t t) {
  return values.data + sequence * values.stride + (values.positions == 1 ? 0 : t * values.channels);
}

}  // namespace

void combine(CpuSpace const& space, Combination combination, ConstValues a, ConstValues b, MutableValues output,
             Activation activation, float alpha) {
  bool const one_shape = has_shape_of(a, output) && has_shape_of(b, output);
  std::int64_t const rows = one_shape ? 1 : output.positions;
  std::int64_t const size = output.positions * output.channels / rows;
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < output.sequences; ++s) {
    for (std::int64_t t = 0; t < rows; ++t) {
      vector_kernels().combine({.combination = combination,
                                .a = row_of(a, s, t),
                                .b = row_of(b, s, t),
                                .a_is_one = a.channels == 1 && output.channels > 1,
                                .b_is_one = b.channels == 1 && output.channels > 1,
                                .count = size,
                                .activation = activation,
                                .alpha = alpha,
                                .output = output.data + s * output.stride + t * output.channels});
    }
    clear_margin(output, s);
  }
}

}  // namespace shoal::kernels
