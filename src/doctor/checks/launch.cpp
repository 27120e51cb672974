// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <cstdlib>

#include "base/text.hpp"
#include "doctor/checks/checks.hpp"
#include "mpi/library.hpp"

namespace shoal::doctor {

namespace {

int number_of(char const* variable) {
  char const* const value = std::getenv(variable);
  if (value == nullptr) return 0;
  return static_cast<int>(parse_integer(value).value_or(0));
}

}  // namespace

LaunchFacts find_launch(mpi::Communicator const& world) {
  // A batch script has SLURM_NTASKS too; only what srun starts has a step with a process number.
  bool const is_step = std::getenv("SLURM_STEP_ID") != nullptr && std::getenv("SLURM_PROCID") != nullptr;
  bool const is_batch_script = number_of("SLURM_STEP_NUM_TASKS") <= 1;
  return {.ranks = world.size(),
          .started_by_slurm = is_step && !is_batch_script ? number_of("SLURM_STEP_NUM_TASKS") : 0,
          .started_by_mpirun = std::max(number_of("OMPI_COMM_WORLD_SIZE"), number_of("PMI_SIZE")),
          .library = mpi::library_version(),
          .is_cuda_aware = mpi::is_cuda_aware()};
}

Findings judge_launch(LaunchFacts const& facts) {
  Findings findings;
  std::string const library = facts.library + (facts.is_cuda_aware ? ", CUDA-aware" : ", not CUDA-aware");
  int const started = std::max(facts.started_by_slurm, facts.started_by_mpirun);
  if (started > 1 && facts.ranks == 1) {
    std::string const launcher = facts.started_by_slurm > 1 ? "srun" : "mpirun";
    findings.push_back(
        {Verdict::fault, "MPI",
         fmt::format("{} started {} processes, and each believes that it is alone ({})", launcher, started, library),
         launcher == "srun"
             ? "choose what this library speaks: srun --mpi=list, then --mpi=pmix or --mpi=pmi2; or start it "
               "with the mpirun of this library"
             : "this mpirun belongs to another MPI library: start it with that of the library above"});
    return findings;
  }
  findings.push_back({Verdict::good, "MPI",
                      fmt::format("{} rank{}; {}{}", facts.ranks, facts.ranks == 1 ? "" : "s", library,
                                  facts.is_cuda_aware ? "" : ", which Shoal does not need"),
                      ""});
  return findings;
}

}  // namespace shoal::doctor
