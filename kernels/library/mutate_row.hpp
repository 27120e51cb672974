// SPDX-License-Identifier: MIT
// The arithmetic of one mutant, host and device: which sites change, by how much, and the row that results.
#pragma once

#include <cstdint>

#include "kernels/library/mutate.hpp"
#include "kernels/philox.hpp"

namespace shoal::kernels {

// The draw that decides how many sites of a mutant change; draws of sites count from 0 and never reach it.
inline constexpr std::uint32_t count_draw = 0xFFFFFFFFu;

// Number of sites that change, for the uniform of `count_draw`: a search for the first threshold above it.
SHOAL_HOST_DEVICE inline std::int32_t changed_sites(MutantSampling const& sampling, std::uint64_t uniform) {
  std::uint64_t const* first = sampling.count_thresholds;
  std::int32_t remaining = sampling.threshold_count;
  while (remaining > 0) {
    std::int32_t const half = (remaining + 1) / 2;
    first += first[half - 1] <= uniform ? half : 0;
    remaining -= half;
  }
  return sampling.least_count + static_cast<std::int32_t>(first - sampling.count_thresholds);
}

// A row of shifts holds 2 bits per position: 0 where the base stays, else the steps 1..3 in A, C, G, T order (cyclic).
SHOAL_HOST_DEVICE inline bool is_shifted(std::uint64_t const* shifts, std::uint32_t position) {
  return ((shifts[position / bases_per_word] >> (2 * (position % bases_per_word))) & 3u) != 0;
}
SHOAL_HOST_DEVICE inline void set_shift(std::uint64_t* shifts, std::uint32_t position, std::uint64_t shift) {
  shifts[position / bases_per_word] |= shift << (2 * (position % bases_per_word));
}

// 32 bases moved by their shifts: addition modulo 4 in every 2-bit field.
SHOAL_HOST_DEVICE inline std::uint64_t shifted_bases(std::uint64_t bases, std::uint64_t shifts) {
  std::uint64_t const carry = bases & shifts & 0x5555555555555555u;
  return bases ^ shifts ^ (carry << 1);
}

// `count` distinct sites by Floyd's algorithm (Bentley and Floyd, CACM 1987): it needs to know only whether a site is
// already taken, and the row of shifts, all zero at the start, says so. One uniform chooses site and shift together.
template <class Uniforms>
SHOAL_HOST_DEVICE inline void draw_distinct_sites(MutantSampling const& sampling, std::int32_t count,
                                                  Uniforms& uniforms, std::uint64_t* shifts) {
  for (std::int32_t newcomer = sampling.site_count - count; newcomer < sampling.site_count; ++newcomer) {
    std::uint64_t const choice = bounded(uniforms.next(), 3 * (static_cast<std::uint64_t>(newcomer) + 1));
    std::uint64_t const site = choice / 3;
    auto position = static_cast<std::uint32_t>(sampling.sites[site]);
    if (is_shifted(shifts, position)) position = static_cast<std::uint32_t>(sampling.sites[newcomer]);
    set_shift(shifts, position, 1 + (choice - 3 * site));
  }
}

// Every site on its own, one uniform each. Whether a site changes cannot be foretold, so that nothing branches on it,
// and neighbours gather in a register before they reach the row.
template <class Uniforms>
SHOAL_HOST_DEVICE inline void draw_independent_sites(MutantSampling const& sampling, Uniforms& uniforms,
                                                     std::uint64_t* shifts) {
  std::uint64_t gathered = 0;
  std::uint32_t word = 0;
  for (std::int32_t site = 0; site < sampling.site_count; ++site) {
    std::uint64_t const uniform = uniforms.next();
    auto const position = static_cast<std::uint32_t>(sampling.sites[site]);
    if (position / bases_per_word != word) {
      shifts[word] = gathered;
      gathered = 0;
      word = position / bases_per_word;
    }
    std::uint64_t const third = (uniform >= sampling.third ? 1u : 0u) + (uniform >= 2 * sampling.third ? 1u : 0u);
    std::uint64_t const shift = (uniform <= sampling.last_changing ? ~std::uint64_t{0} : 0u) & (1 + third);
    gathered |= shift << (2 * (position % bases_per_word));
  }
  if (sampling.site_count > 0) shifts[word] = gathered;
}

// The shifts of one mutant into `shifts`, which must be zero. `Uniforms` has next(), the mutant's uniforms in order.
template <class Uniforms>
SHOAL_HOST_DEVICE inline void draw_shifts(MutantSampling const& sampling, std::int32_t count, Uniforms& uniforms,
                                          std::uint64_t* shifts) {
  if (sampling.independent_sites) {
    draw_independent_sites(sampling, uniforms, shifts);
  } else {
    draw_distinct_sites(sampling, count, uniforms, shifts);
  }
}

// Position and code of row `row` (see single_substitutions in mutate.hpp).
SHOAL_HOST_DEVICE inline unsigned substituted_code(unsigned wild_type_code, std::int64_t row) {
  auto const alternative = static_cast<unsigned>(row % 3);
  return alternative < wild_type_code ? alternative : alternative + 1;
}

}  // namespace shoal::kernels
