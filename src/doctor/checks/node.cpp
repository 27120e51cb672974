// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "base/host.hpp"
#include "base/text.hpp"
#include "doctor/checks/checks.hpp"
#include "kernels/instruction_set.hpp"

namespace shoal::doctor {

namespace {

constexpr std::int64_t least_bytes_per_rank = std::int64_t{1} << 30;

int bound_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 1;
}

std::vector<int> gather_numbers(mpi::Communicator const& node, int mine) {
  std::vector<int> numbers;
  for (std::string const& text : node.gather_all(std::to_string(mine))) {
    numbers.push_back(static_cast<int>(parse_integer(text).value_or(0)));
  }
  return numbers;
}

std::string gigabytes(std::int64_t bytes) {
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) * 1e-9);
}

}  // namespace

NodeFacts find_node(mpi::Communicator const& node, int threads) {
  auto const set = kernels::best_instruction_set();
  return {.name = host_name(),
          .instruction_set = std::string(kernels::to_string(set)),
          .has_vectors = set != kernels::InstructionSet::generic,
          .cores = static_cast<int>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN))),
          .bound_cores = gather_numbers(node, bound_cores()),
          .threads = gather_numbers(node, threads),
          .free_bytes = available_bytes()};
}

Findings judge_node(NodeFacts const& facts) {
  auto const ranks = static_cast<int>(facts.bound_cores.size());
  int const threads = std::accumulate(facts.threads.begin(), facts.threads.end(), 0);
  int const narrowest = *std::min_element(facts.bound_cores.begin(), facts.bound_cores.end());
  Findings findings = {
      {Verdict::good, "node " + facts.name,
       fmt::format("{} cores ({}), {} available; {} rank{} with {} threads in all", facts.cores, facts.instruction_set,
                   gigabytes(facts.free_bytes), ranks, ranks == 1 ? "" : "s", threads),
       ""}};
  auto const note = [&](std::string text, std::string advice) {
    findings.push_back({Verdict::notice, "node " + facts.name, std::move(text), std::move(advice)});
  };
  if (!facts.has_vectors) {
    note("the processor has no AVX2, or Shoal was told not to use it",
         "scans are several times slower than they could be");
  }
  if (threads > facts.cores) {
    note(fmt::format("{} threads share {} cores", threads, facts.cores),
         "give --threads, or fewer ranks per node (srun --ntasks-per-node, --cpus-per-task)");
  } else if (narrowest < facts.cores / ranks) {
    note(fmt::format("a rank is bound to {} of {} cores", narrowest, facts.cores),
         fmt::format("mpirun --bind-to none, or --map-by slot:PE={}; srun --cpus-per-task={}", facts.cores / ranks,
                     facts.cores / ranks));
  }
  if (facts.free_bytes > 0 && facts.free_bytes / ranks < least_bytes_per_rank) {
    note(fmt::format("{} of memory per rank", gigabytes(facts.free_bytes / ranks)),
         "start fewer ranks with more threads each, or ask for more memory; `shoal scan --plan` tells what a scan "
         "needs");
  }
  return findings;
}

}  // namespace shoal::doctor
