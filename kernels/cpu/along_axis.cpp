// SPDX-License-Identifier: MIT
#include "kernels/forward/along_axis.hpp"

#include "kernels/common/along_axis.hpp"
#include "kernels/cpu/vector/panels.hpp"

namespace shoal::kernels {

namespace {

// Calls body(row, first element of that row in the output) for every row along the axis of one sequence.
template <class Body>
void for_rows(ConstValues const& input, MutableValues const& output, std::int64_t sequence, Axis axis,
              Body const& body) {
  float const* const from = input.data + sequence * input.stride;
  float* const to = output.data + sequence * output.stride;
  if (axis == Axis::positions) {
    for (std::int64_t c = 0; c < input.channels; ++c) body(Row{from + c, input.positions, input.channels}, to + c);
  } else {
    for (std::int64_t t = 0; t < input.positions; ++t) {
      body(Row{from + t * input.channels, input.channels, 1}, to + t * output.channels);
    }
  }
}

template <class Body>
void for_all_rows(CpuSpace const& space, ConstValues const& input, MutableValues const& output, Axis axis,
                  Body const& body) {
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t s = 0; s < input.sequences; ++s) {
    for_rows(input, output, s, axis, body);
    clear_margin(output, s);
  }
}

}  // namespace

void reduce(CpuSpace const& space, ConstValues input, Reduction reduction, Axis axis, MutableValues output) {
  for_all_rows(space, input, output, axis, [=](Row const& row, float* y) { *y = reduced(reduction, row); });
}

void softmax(CpuSpace const& space, ConstValues input, Axis axis, MutableValues output) {
  for_all_rows(space, input, output, axis, [](Row const& row, float* y) { softmax_of(row, y, row.step); });
}

void layer_norm(CpuSpace const& space, ConstValues input, float const* scale, float const* shift, float epsilon,
                MutableValues output) {
  for_all_rows(space, input, output, Axis::channels,
               [=](Row const& row, float* y) { layer_norm_of(row, scale, shift, epsilon, y); });
}

}  // namespace shoal::kernels
