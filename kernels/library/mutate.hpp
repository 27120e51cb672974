// SPDX-License-Identifier: MIT
// Writing mutants of one wild type: random ones and all single substitutions. Bit-identical in both spaces.
#pragma once

#include <cstdint>

#include "kernels/library/packed.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// How the mutants of one locus are drawn. Pointers lie in the space's memory. Mutant m takes its random numbers from
// philox(seed, locus, m, draw) (common/philox.hpp) and from nothing else: uniform q of a mutant is half q % 2 of draw
// q / 2, and the first half of draw 0xFFFFFFFF decides how many sites change.
struct MutantSampling {
  std::uint64_t seed = 0;
  std::uint64_t locus = 0;
  std::int32_t const* sites = nullptr;  // [site_count] ascending positions that may change, none of them N
  std::int32_t site_count = 0;

  // Either a drawn number of distinct sites: `least_count` plus the number of thresholds that are at most the uniform.
  // No thresholds: always `least_count`. At most site_count in every case.
  std::int32_t least_count = 0;
  std::uint64_t const* count_thresholds = nullptr;  // [threshold_count] ascending
  std::int32_t threshold_count = 0;

  // … or every site on its own: site i changes when uniform i is at most `last_changing`, by 1 base in A, C, G, T order
  // (cyclic) below `third`, by 2 below 2 third, otherwise by 3.
  bool independent_sites = false;
  std::uint64_t third = 0;
  std::uint64_t last_changing = 0;
};

// Row r of `mutants` becomes mutant first_mutant + r of the sampling's locus. Mutant 0 is the wild type; a site that
// changes always gets another base, each of the three with probability 1/3, and distinct sites are drawn without
// replacement, every set of them with equal probability.
//   wild_type  [words_per_row(mutants.length)] packed, N as code 0; may not lie in a row that is written.
// Mutant numbers must stay below 2^32. Errors: cuda.
void random_mutants(CpuSpace const& space, MutantSampling const& sampling, std::uint64_t const* wild_type,
                    std::int64_t first_mutant, MutablePackedView const& mutants);
void random_mutants(CudaSpace const& space, MutantSampling const& sampling, std::uint64_t const* wild_type,
                    std::int64_t first_mutant, MutablePackedView const& mutants);

// Rows 3 i, 3 i + 1, 3 i + 2 of `mutants` become the wild type with the three other bases, in A, C, G, T order, at
// position sites[i]. mutants.mutants = 3 site_count rows are written; wild_type as above. Errors: cuda.
void single_substitutions(CpuSpace const& space, std::int32_t const* sites, std::uint64_t const* wild_type,
                          MutablePackedView const& mutants);
void single_substitutions(CudaSpace const& space, std::int32_t const* sites, std::uint64_t const* wild_type,
                          MutablePackedView const& mutants);

}  // namespace shoal::kernels
