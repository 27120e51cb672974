// SPDX-License-Identifier: MIT
#include "kernels/cuda/launch.cuh"
#include "kernels/library/mutate.hpp"
#include "kernels/library/mutate_row.hpp"

namespace shoal::kernels {

namespace {

constexpr unsigned mutant_threads = 128;  // most mutants per block

// The uniforms of one mutant in order, two per Philox call.
class MutantUniforms {
 public:
  __device__ MutantUniforms(MutantSampling const& sampling, std::uint32_t mutant)
      : seed_(sampling.seed), locus_(sampling.locus), mutant_(mutant) {}

  __device__ std::uint64_t next() {
    if (has_second_) {
      has_second_ = false;
      return pair_.second;
    }
    pair_ = philox(seed_, locus_, mutant_, draw_++);
    has_second_ = true;
    return pair_.first;
  }

 private:
  std::uint64_t seed_;
  std::uint64_t locus_;
  std::uint32_t mutant_;
  std::uint32_t draw_ = 0;
  bool has_second_ = false;
  UniformPair pair_;
};

__device__ void draw_mutant(MutantSampling const& sampling, std::int64_t mutant, std::uint64_t* shifts) {
  if (mutant == 0) return;
  auto const item = static_cast<std::uint32_t>(mutant);
  std::int32_t const count =
      sampling.threshold_count > 0
          ? changed_sites(sampling, philox(sampling.seed, sampling.locus, item, count_draw).first)
          : sampling.least_count;
  MutantUniforms uniforms(sampling, item);
  draw_shifts(sampling, count, uniforms, shifts);
}

// One thread per mutant; a block has blockDim.x consecutive rows. Rows of shifts are drawn in shared memory, an odd
// number of words apart so that the threads of a warp meet different banks, and leave it as whole cache lines.
__global__ void __launch_bounds__(mutant_threads)
    mutants_staged(MutantSampling sampling, std::uint64_t const* wild_type, std::int64_t first_mutant,
                   MutablePackedView mutants) {
  auto* const staged = cuda::dynamic_shared_memory<std::uint64_t>();
  std::int32_t const words = words_per_row(mutants.length);
  std::int32_t const stride = words | 1;
  std::int64_t const first_row = static_cast<std::int64_t>(blockIdx.x) * blockDim.x;
  std::int64_t const left = mutants.mutants - first_row;
  auto const rows = static_cast<std::int32_t>(left < blockDim.x ? left : blockDim.x);
  if (static_cast<std::int32_t>(threadIdx.x) < rows) {
    std::uint64_t* const shifts = staged + threadIdx.x * stride;
    for (std::int32_t word = 0; word < words; ++word) shifts[word] = 0;
    draw_mutant(sampling, first_mutant + first_row + threadIdx.x, shifts);
  }
  __syncthreads();
  std::uint64_t* const out = mutants.words + first_row * words;
  for (std::int32_t i = static_cast<std::int32_t>(threadIdx.x); i < rows * words;
       i += static_cast<std::int32_t>(blockDim.x)) {
    std::int32_t const row = i / words;
    std::int32_t const word = i - row * words;
    out[i] = shifted_bases(wild_type[word], staged[row * stride + word]);
  }
}

// The same for rows that are too long for shared memory: they are drawn in place.
__global__ void __launch_bounds__(mutant_threads)
    mutants_in_place(MutantSampling sampling, std::uint64_t const* wild_type, std::int64_t first_mutant,
                     MutablePackedView mutants) {
  std::int64_t const row = cuda::global_thread();
  if (row >= mutants.mutants) return;
  std::int32_t const words = words_per_row(mutants.length);
  std::uint64_t* const shifts = mutants.words + row * words;
  for (std::int32_t word = 0; word < words; ++word) shifts[word] = 0;
  draw_mutant(sampling, first_mutant + row, shifts);
  for (std::int32_t word = 0; word < words; ++word) shifts[word] = shifted_bases(wild_type[word], shifts[word]);
}

// One thread per word of the result.
__global__ void __launch_bounds__(cuda::default_threads)
    substitutions(std::int32_t const* sites, std::uint64_t const* wild_type, MutablePackedView mutants) {
  std::int32_t const words = words_per_row(mutants.length);
  std::int64_t const total = mutants.mutants * words;
  for (std::int64_t i = cuda::global_thread(); i < total; i += cuda::global_threads()) {
    std::int64_t const row = i / words;
    auto const word = static_cast<std::int32_t>(i - row * words);
    std::int32_t const position = sites[row / 3];
    std::uint64_t bases = wild_type[word];
    if (position / bases_per_word == word) {
      unsigned const code = substituted_code(packed_code(wild_type, position), row);
      set_packed_code(&bases, position % bases_per_word, code);
    }
    mutants.words[i] = bases;
  }
}

}  // namespace

void random_mutants(CudaSpace const& space, MutantSampling const& sampling, std::uint64_t const* wild_type,
                    std::int64_t first_mutant, MutablePackedView const& mutants) {
  if (mutants.mutants == 0) return;
  constexpr std::size_t shared_memory = 48 * 1024;
  auto const stride = static_cast<std::size_t>(words_per_row(mutants.length) | 1);
  for (unsigned const threads : {mutant_threads, 64u, 32u}) {
    std::size_t const shared_bytes = threads * stride * sizeof(std::uint64_t);
    if (shared_bytes > shared_memory) continue;
    cuda::LaunchShape const shape{dim3(cuda::all_blocks_for(mutants.mutants, threads, "drawing mutants")),
                                  dim3(threads), shared_bytes};
    cuda::launch(space, "drawing mutants", shape, mutants_staged, sampling, wild_type, first_mutant, mutants);
    return;
  }
  dim3 const grid(cuda::all_blocks_for(mutants.mutants, mutant_threads, "drawing mutants"));
  cuda::launch(space, "drawing mutants", {grid, dim3(mutant_threads), 0}, mutants_in_place, sampling, wild_type,
               first_mutant, mutants);
}

void single_substitutions(CudaSpace const& space, std::int32_t const* sites, std::uint64_t const* wild_type,
                          MutablePackedView const& mutants) {
  if (mutants.mutants == 0) return;
  std::int64_t const words = mutants.mutants * words_per_row(mutants.length);
  cuda::launch(space, "writing single substitutions", cuda::one_thread_each(words), substitutions, sites, wild_type,
               mutants);
}

}  // namespace shoal::kernels
