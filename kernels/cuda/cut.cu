// SPDX-License-Identifier: MIT
#include "kernels/common/cut.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/forward/cut.hpp"

namespace shoal::kernels {

namespace {

// One thread per word of the result.
__global__ void cut_kernel(PackedView whole, std::int32_t first, MutablePackedView part) {
  std::int32_t const row_words = words_per_row(whole.length);
  std::int32_t const part_words = words_per_row(part.length);
  std::int64_t const total = part.mutants * part_words;
  for (std::int64_t i = cuda::global_thread(); i < total; i += cuda::global_threads()) {
    std::int64_t const row = i / part_words;
    auto const word = static_cast<std::int32_t>(i - row * part_words);
    part.words[i] = cut_word(whole.words + row * row_words, row_words, first, part.length, word);
  }
}

}  // namespace

void cut_rows(CudaSpace const& space, PackedView const& whole, std::int32_t first, MutablePackedView const& part) {
  if (part.mutants == 0) return;
  cuda::launch(space, "cutting sequences", cuda::one_thread_each(part.mutants * words_per_row(part.length)), cut_kernel,
               whole, first, part);
}

}  // namespace shoal::kernels
