// SPDX-License-Identifier: MIT
#include "library/pack.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::library {

void pack_row(std::span<std::uint8_t const> codes, std::span<std::uint64_t> row) {
  for (std::size_t word = 0; word < row.size(); ++word) {
    auto const piece =
        codes.subspan(word * kernels::bases_per_word)
            .first(std::min<std::size_t>(kernels::bases_per_word, codes.size() - word * kernels::bases_per_word));
    std::uint64_t bits = 0;
    unsigned largest = 0;
    for (std::size_t i = 0; i < piece.size(); ++i) {
      largest = std::max<unsigned>(largest, piece[i]);
      // N is 4: its two low bits are the 0 that it packs as.
      bits |= static_cast<std::uint64_t>(piece[i] & 3u) << (2 * i);
    }
    expect(largest <= kernels::code_n, "a base code above 4 in a sequence to pack");
    row[word] = bits;
  }
}

std::vector<std::uint64_t> unknown_mask(std::span<std::uint8_t const> codes) {
  if (std::ranges::find(codes, kernels::code_n) == codes.end()) return {};
  std::vector<std::uint64_t> mask((codes.size() + 63) / 64);
  for (std::size_t position = 0; position < codes.size(); ++position) {
    if (codes[position] == kernels::code_n) mask[position / 64] |= std::uint64_t{1} << (position % 64);
  }
  return mask;
}

}  // namespace shoal::library
