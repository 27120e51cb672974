// SPDX-License-Identifier: MIT
#include "kernels/common/reorient.hpp"
#include "kernels/cuda/launch.cuh"

namespace shoal::kernels {

namespace {

__global__ void reorient_kernel(PackedView input, Orientation orientation, std::uint64_t* words,
                                std::uint64_t* unknown) {
  std::int32_t const row_words = words_per_row(input.length);
  std::int32_t const mask_words = (input.length + 63) / 64;
  for (std::int64_t i = cuda::global_thread(); i < input.mutants * row_words; i += cuda::global_threads()) {
    std::int64_t const mutant = i / row_words;
    auto const word = static_cast<std::int32_t>(i - mutant * row_words);
    words[i] = reoriented_codes(input, orientation, mutant, word);
    if (i < mask_words) unknown[i] = reoriented_mask(input, orientation, static_cast<std::int32_t>(i));
  }
}

}  // namespace

void reorient(CudaSpace const& space, PackedView input, Orientation orientation, MutablePackedView output,
              std::uint64_t* unknown) {
  if (input.mutants == 0) return;
  cuda::launch(space, "reorient", cuda::one_thread_each(input.mutants * words_per_row(input.length)), reorient_kernel,
               input, orientation, output.words, unknown);
}

}  // namespace shoal::kernels
