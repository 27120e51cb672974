// SPDX-License-Identifier: MIT
// Mutants per second: libraries of one DeepSTARR-sized locus (249 bases, 100,000 mutants, rate 0.1).
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "library/library.hpp"

namespace shoal::library {
namespace {

std::vector<std::uint8_t> wild_type(std::int64_t length) {
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(length));
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>((i * 7 + i / 5) % 4);
  return codes;
}

void generate(benchmark::State& state, device::Backend const& backend, MutationLaw law) {
  Design design;
  design.mutants = 100000;
  design.law = law;
  std::vector<std::uint8_t> const codes = wild_type(249);
  std::uint64_t locus = 0;
  for (auto _ : state) {
    Library const library = random_library(backend, design, ++locus, codes);
    backend.synchronize();
    benchmark::DoNotOptimize(library.view().words);
  }
  state.SetItemsProcessed(state.iterations() * design.mutants);
}

void on_cpu(benchmark::State& state, MutationLaw law) {
  generate(state, *device::Backend::cpu(static_cast<int>(state.range(0))), law);
}

void on_cuda(benchmark::State& state, MutationLaw law) {
  if (device::cuda_device_count() == 0) {
    state.SkipWithError("no CUDA device");
    return;
  }
  generate(state, *device::Backend::cuda(), law);
}

BENCHMARK_CAPTURE(on_cpu, poisson, MutationLaw::poisson)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(on_cpu, fixed, MutationLaw::fixed)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(on_cpu, bernoulli, MutationLaw::bernoulli)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(on_cuda, poisson, MutationLaw::poisson)->UseRealTime();
BENCHMARK_CAPTURE(on_cuda, bernoulli, MutationLaw::bernoulli)->UseRealTime();

}  // namespace
}  // namespace shoal::library
