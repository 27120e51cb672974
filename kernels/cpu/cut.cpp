// SPDX-License-Identifier: MIT
#include "kernels/forward/cut.hpp"

#include "kernels/common/cut.hpp"

namespace shoal::kernels {

void cut_rows(CpuSpace const& space, PackedView const& whole, std::int32_t first, MutablePackedView const& part) {
  std::int32_t const row_words = words_per_row(whole.length);
  std::int32_t const part_words = words_per_row(part.length);
#pragma omp parallel for schedule(static) num_threads(space.threads)
  for (std::int64_t row = 0; row < part.mutants; ++row) {
    std::uint64_t const* const from = whole.words + row * row_words;
    std::uint64_t* const to = part.words + row * part_words;
    for (std::int32_t word = 0; word < part_words; ++word) {
      to[word] = cut_word(from, row_words, first, part.length, word);
    }
  }
}

}  // namespace shoal::kernels
