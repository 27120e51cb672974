// SPDX-License-Identifier: MIT
// Records whose windows are scored together.
#pragma once

#include <cstddef>
#include <vector>

#include "genome/codes.hpp"
#include "genome/vcf_file.hpp"
#include "variants/records/report.hpp"

namespace shoal::variants {

// Records that are scored together: at most so many, and fewer where their windows take so many bytes.
inline constexpr std::size_t block_records = 1024;
inline constexpr std::size_t block_bytes = 64 << 20;

// Records in file order, and the windows of those with a scored allele: the reference's, then its scored alleles'.
struct Block {
  std::vector<genome::Variant> variants;
  std::vector<RecordEffects> effects;
  std::vector<genome::Codes> sequences;

  // `columns`: numbers that a window gets.
  bool is_full(std::size_t columns) const {
    std::size_t const width = sequences.empty() ? 0 : sequences.front().size() + columns * sizeof(float);
    return variants.size() >= block_records || sequences.size() * width >= block_bytes;
  }
};

}  // namespace shoal::variants
