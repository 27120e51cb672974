// SPDX-License-Identifier: MIT
#include "kernels/mutate.hpp"

#include <algorithm>

#include "kernels/common/mutate_row.hpp"
#include "kernels/instruction_set.hpp"

namespace shoal::kernels {

namespace {

// Philox calls made together, so that the compiler can spread them over vector lanes.
constexpr int lanes = 16;

struct UniformBlock {
  alignas(64) std::uint64_t first[lanes];
  alignas(64) std::uint64_t second[lanes];
};

// Lane i: the call for mutant `mutant + i * mutant_step` and draw `draw + i * draw_step`.
struct BlockCounter {
  std::uint64_t seed = 0;
  std::uint64_t locus = 0;
  std::uint32_t mutant = 0;
  std::uint32_t mutant_step = 0;
  std::uint32_t draw = 0;
  std::uint32_t draw_step = 0;
};

[[gnu::always_inline]] inline void fill_lanes(BlockCounter const& counter, UniformBlock& block) {
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    UniformPair const pair = philox(counter.seed, counter.locus, counter.mutant + lane * counter.mutant_step,
                                    counter.draw + lane * counter.draw_step);
    block.first[lane] = pair.first;
    block.second[lane] = pair.second;
  }
}

using FillBlock = void (*)(BlockCounter const&, UniformBlock&);

void fill_generic(BlockCounter const& counter, UniformBlock& block) {
  fill_lanes(counter, block);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void fill_avx2(BlockCounter const& counter, UniformBlock& block) {
  fill_lanes(counter, block);
}
[[gnu::target("avx512f,prefer-vector-width=512")]] void fill_avx512(BlockCounter const& counter, UniformBlock& block) {
  fill_lanes(counter, block);
}
#endif

FillBlock best_fill() {
#if defined(__x86_64__)
  if (best_instruction_set() == InstructionSet::avx512) return fill_avx512;
  if (best_instruction_set() == InstructionSet::avx2) return fill_avx2;
#endif
  return fill_generic;
}

// The uniforms of one mutant in order, made a block at a time.
class MutantUniforms {
 public:
  MutantUniforms(FillBlock fill, MutationPlan const& plan, std::uint32_t mutant)
      : fill_(fill), counter_{plan.seed, plan.locus, mutant, 0, 0, 1} {}

  std::uint64_t next() {
    if (used_ == 2 * lanes) refill();
    int const index = used_++;
    return index % 2 == 0 ? block_.first[index / 2] : block_.second[index / 2];
  }

 private:
  void refill() {
    fill_(counter_, block_);
    counter_.draw += lanes;
    used_ = 0;
  }

  FillBlock fill_;
  BlockCounter counter_;
  UniformBlock block_;
  int used_ = 2 * lanes;
};

void write_mutant(MutationPlan const& plan, FillBlock fill, std::uint64_t const* wild_type, std::int64_t mutant,
                  std::int32_t count, std::uint64_t* row, std::int32_t words) {
  std::fill_n(row, words, 0);
  if (mutant > 0) {
    MutantUniforms uniforms(fill, plan, static_cast<std::uint32_t>(mutant));
    draw_shifts(plan, count, uniforms, row);
  }
  for (std::int32_t word = 0; word < words; ++word) row[word] = shifted_bases(wild_type[word], row[word]);
}

}  // namespace

void random_mutants(CpuSpace const& space, MutationPlan const& plan, std::uint64_t const* wild_type,
                    std::int64_t first_mutant, MutablePackedView const& mutants) {
  FillBlock const fill = best_fill();
  std::int32_t const words = words_per_row(mutants.length);
  std::int64_t const tiles = (mutants.mutants + lanes - 1) / lanes;
#pragma omp parallel for schedule(static) num_threads(space.threads)
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    std::int64_t const begin = tile * lanes;
    UniformBlock count_uniforms;
    if (plan.threshold_count > 0) {
      fill({plan.seed, plan.locus, static_cast<std::uint32_t>(first_mutant + begin), 1, count_draw, 0}, count_uniforms);
    }
    std::int64_t const rows = std::min<std::int64_t>(lanes, mutants.mutants - begin);
    for (std::int64_t i = 0; i < rows; ++i) {
      std::int32_t const count =
          plan.threshold_count > 0 ? changed_sites(plan, count_uniforms.first[i]) : plan.least_count;
      write_mutant(plan, fill, wild_type, first_mutant + begin + i, count, mutants.words + (begin + i) * words, words);
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
