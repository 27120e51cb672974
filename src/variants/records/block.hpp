// SPDX-License-Identifier: MIT
// Records that are scored together.
#pragma once

#include <cstddef>
#include <vector>

#include "genome/vcf_file.hpp"
#include "variants/records/report.hpp"

namespace shoal::variants {

// Records that are scored together: at most so many, and fewer where their windows take so many bytes.
inline constexpr std::size_t block_records = 1024;
inline constexpr std::size_t block_bytes = 64 << 20;

// Records in file order.
struct Block {
  std::vector<genome::Variant> variants;
  std::vector<RecordEffects> effects;

  // `bytes`: of their windows.
  bool is_full(std::size_t bytes) const { return variants.size() >= block_records || bytes >= block_bytes; }
};

}  // namespace shoal::variants
