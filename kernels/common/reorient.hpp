// SPDX-License-Identifier: MIT
// One word of a reoriented sequence, used by both spaces.
#pragma once

#include "kernels/forward/reorient.hpp"

namespace shoal::kernels {

// The position of `input` that becomes `position`; outside [0, length) for an N that the shift brings in.
SHOAL_HOST_DEVICE inline std::int32_t source_position(Orientation orientation, std::int32_t length,
                                                      std::int32_t position) {
  return (orientation.reverse_complement ? length - 1 - position : position) - orientation.shift;
}

SHOAL_HOST_DEVICE inline bool is_unknown(PackedView const& input, std::int32_t position) {
  return position < 0 || position >= input.length || (input.unknown != nullptr && mask_bit(input.unknown, position));
}

// Word `word` of the mask of N.
SHOAL_HOST_DEVICE inline std::uint64_t reoriented_mask(PackedView const& input, Orientation orientation,
                                                       std::int32_t word) {
  std::uint64_t bits = 0;
  for (std::int32_t i = 0; i < 64 && word * 64 + i < input.length; ++i) {
    bool const unknown = is_unknown(input, source_position(orientation, input.length, word * 64 + i));
    bits |= static_cast<std::uint64_t>(unknown) << i;
  }
  return bits;
}

// Word `word` of the packed codes of row `mutant`.
SHOAL_HOST_DEVICE inline std::uint64_t reoriented_codes(PackedView const& input, Orientation orientation,
                                                        std::int64_t mutant, std::int32_t word) {
  std::uint64_t const* const row = input.words + mutant * words_per_row(input.length);
  std::uint64_t bits = 0;
  for (std::int32_t i = 0; i < bases_per_word && word * bases_per_word + i < input.length; ++i) {
    std::int32_t const source = source_position(orientation, input.length, word * bases_per_word + i);
    if (is_unknown(input, source)) continue;
    unsigned const code = packed_code(row, source);
    bits |= static_cast<std::uint64_t>(orientation.reverse_complement ? 3u - code : code) << (2 * i);
  }
  return bits;
}

}  // namespace shoal::kernels
