// SPDX-License-Identifier: MIT
#include "kernels/backward/readout_backward.hpp"

#include "kernels/common/readout_rescale.hpp"
#include "kernels/cuda/each_element.cuh"

namespace shoal::kernels {

namespace {

struct ReadoutBackwardElement {
  ConstValues input;
  ReadoutShape shape;
  double weight;
  MutableValues target;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    ReadPart const part = read_part(input, shape, sequence);
    std::int64_t const t = i / part.tracks;
    std::int64_t const c = i - t * part.tracks;
    float* const to = target.data + sequence * target.stride + (part.data - (input.data + sequence * input.stride));
    to[t * part.step + c] += static_cast<float>(weight * readout_slope(shape, part, t, c));
  }
};

struct ReadoutRescaleElement {
  ConstValues input, reference;
  ReadoutShape shape;
  double weight;
  MutableValues target;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    ReadPart const own = read_part(input, shape, sequence), other = read_part(reference, shape, sequence);
    std::int64_t const t = i / own.tracks;
    std::int64_t const c = i - t * own.tracks;
    bool const by_position = shape.kind == ReadoutKind::softmax_tracks;
    std::int64_t const line = by_position ? t : c;
    LineRule const rule(RowPair{pooled_row(shape, own, line), pooled_row(shape, other, line)},
                        shape.kind == ReadoutKind::max);
    float* const to = target.data + sequence * target.stride + (own.data - (input.data + sequence * input.stride));
    to[t * own.step + c] += static_cast<float>(weight * rule.multiplier(by_position ? c : t));
  }
};

}  // namespace

void read_out_rescale(CudaSpace const& space, ConstValues input, ConstValues reference, ReadoutShape const& shape,
                      double weight, MutableValues target) {
  if (is_linear(shape.kind)) {
    read_out_backward(space, input, shape, weight, target);
    return;
  }
  cuda::each_element(space, "read_out_rescale", input.sequences, shape.positions * shape.tracks,
                     ReadoutRescaleElement{input, reference, shape, weight, target});
}

void read_out_backward(CudaSpace const& space, ConstValues input, ReadoutShape const& shape, double weight,
                       MutableValues target) {
  cuda::each_element(space, "read_out_backward", input.sequences, shape.positions * shape.tracks,
                     ReadoutBackwardElement{input, shape, weight, target});
}

}  // namespace shoal::kernels
