// SPDX-License-Identifier: MIT
#include "kernels/cuda/each_element.cuh"
#include "kernels/forward/convolution.hpp"

namespace shoal::kernels {

namespace {

struct ExpandElement {
  PackedView sequences;
  MutableValues output;

  __device__ void operator()(std::int64_t sequence, std::int64_t i) const {
    auto const p = static_cast<std::int32_t>(i / 4);
    bool const known = sequences.unknown == nullptr || !mask_bit(sequences.unknown, p);
    std::uint64_t const* const row = sequences.words + sequence * words_per_row(sequences.length);
    output.data[sequence * output.stride + i] = known && packed_code(row, p) == i % 4 ? 1.0F : 0.0F;
  }
};

}  // namespace

void expand_codes(CudaSpace const& space, PackedView sequences, MutableValues output) {
  cuda::each_element(space, "expand_codes", sequences.mutants, 4 * static_cast<std::int64_t>(sequences.length),
                     ExpandElement{sequences, output});
}

}  // namespace shoal::kernels
