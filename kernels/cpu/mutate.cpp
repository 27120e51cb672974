// SPDX-License-Identifier: MIT
#include "kernels/library/mutate.hpp"

#include <algorithm>

#include "kernels/cpu/philox_lanes.hpp"
#include "kernels/library/mutate_row.hpp"

namespace shoal::kernels {

namespace {

// The uniforms of one mutant in order, made one block at a time.
class MutantUniforms {
 public:
  MutantUniforms(FillLanes fill, MutantSampling const& sampling, std::uint32_t mutant)
      : fill_(fill), counter_{sampling.seed, sampling.locus, mutant, 0, 0, 1} {}

  std::uint64_t next() {
    if (used_ == 2 * philox_lanes) refill();
    return block_.values[used_++];
  }

 private:
  void refill() {
    fill_(counter_, block_);
    counter_.draw += philox_lanes;
    used_ = 0;
  }

  FillLanes fill_;
  LaneCounter counter_;
  LaneUniforms block_;
  std::uint32_t used_ = 2 * philox_lanes;
};

void write_mutant(MutantSampling const& sampling, FillLanes fill, std::uint64_t const* wild_type, std::int64_t mutant,
                  std::int32_t count, std::uint64_t* row, std::int32_t words) {
  std::fill_n(row, words, 0);
  if (mutant > 0) {
    MutantUniforms uniforms(fill, sampling, static_cast<std::uint32_t>(mutant));
    draw_shifts(sampling, count, uniforms, row);
  }
  for (std::int32_t word = 0; word < words; ++word) row[word] = shifted_bases(wild_type[word], row[word]);
}

}  // namespace

void random_mutants(CpuSpace const& space, MutantSampling const& sampling, std::uint64_t const* wild_type,
                    std::int64_t first_mutant, MutablePackedView const& mutants) {
  FillLanes const fill = best_fill_lanes();
  std::int32_t const words = words_per_row(mutants.length);
  std::int64_t const tiles = (mutants.mutants + philox_lanes - 1) / philox_lanes;
#pragma omp parallel for schedule(static) num_threads(space.threads)
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    std::int64_t const begin = tile * philox_lanes;
    LaneUniforms count_uniforms;
    if (sampling.threshold_count > 0) {
      fill({sampling.seed, sampling.locus, static_cast<std::uint32_t>(first_mutant + begin), 1, count_draw, 0},
           count_uniforms);
    }
    std::int64_t const rows = std::min<std::int64_t>(philox_lanes, mutants.mutants - begin);
    for (std::int64_t i = 0; i < rows; ++i) {
      std::int32_t const count =
          sampling.threshold_count > 0 ? changed_sites(sampling, count_uniforms.values[2 * i]) : sampling.least_count;
      write_mutant(sampling, fill, wild_type, first_mutant + begin + i, count, mutants.words + (begin + i) * words,
                   words);
    }
  }
}

void single_substitutions(CpuSpace const& space, std::int32_t const* sites, std::uint64_t const* wild_type,
                          MutablePackedView const& mutants) {
  std::int32_t const words = words_per_row(mutants.length);
#pragma omp parallel for schedule(static) num_threads(space.threads)
  for (std::int64_t row = 0; row < mutants.mutants; ++row) {
    std::uint64_t* const mutant = mutants.words + row * words;
    std::int32_t const position = sites[row / 3];
    std::copy_n(wild_type, words, mutant);
    set_packed_code(mutant, position, substituted_code(packed_code(wild_type, position), row));
  }
}

}  // namespace shoal::kernels
