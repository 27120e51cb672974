// SPDX-License-Identifier: MIT
#include "kernels/common/reorient.hpp"

namespace shoal::kernels {

void reorient(CpuSpace const& space, PackedView input, Orientation orientation, MutablePackedView output,
              std::uint64_t* unknown) {
  std::int32_t const words = words_per_row(input.length);
  for (std::int32_t word = 0; word * 64 < input.length; ++word)
    unknown[word] = reoriented_mask(input, orientation, word);
#pragma omp parallel for schedule(static) num_threads(space.threads) if (space.threads > 1)
  for (std::int64_t m = 0; m < input.mutants; ++m) {
    for (std::int32_t word = 0; word < words; ++word) {
      output.words[m * words + word] = reoriented_codes(input, orientation, m, word);
    }
  }
}

}  // namespace shoal::kernels
