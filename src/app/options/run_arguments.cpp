// SPDX-License-Identifier: MIT
#include "app/options/run_arguments.hpp"

#include <fmt/core.h>
#include <sched.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "app/options/rank_threads.hpp"
#include "base/error.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "mpi/agree.hpp"
#include "mpi/shares.hpp"

namespace shoal::app {

namespace {

OptionForm<kernels::Precision> precision_form() {
  return {.parse =
              [](std::string const& text) {
                auto const parsed = kernels::parse_precision(text);
                if (!parsed) fail(ErrorCode::config, "choose f32, bf16x3, bf16 or, on CUDA, tf32");
                return *parsed;
              },
          .print = [](kernels::Precision const& precision) { return std::string(kernels::to_string(precision)); }};
}

}  // namespace

void RunArguments::add_to(OptionTable& options) {
  options.section("run");
  options.add<BackendChoice>({
      .name = "backend",
      .target = &backend,
      .value = "auto|cpu|cuda",
      .help = "auto: CUDA where there is a device",
      .example = "cpu",
      .key = "backend",
      .form = one_of<BackendChoice>(
          {{"auto", BackendChoice::automatic}, {"cpu", BackendChoice::cpu}, {"cuda", BackendChoice::cuda}}),
      .is_common = true,
  });
  options.add<int>({
      .name = "threads",
      .target = &threads,
      .value = "N",
      .help = "threads of a rank; 0: its share of the cores (SLURM_CPUS_PER_TASK where set)",
      .key = no_number,
      .check = not_negative<int>,
      .is_common = true,
  });
  options.add<std::int64_t>({
      .name = "batch",
      .target = &batch,
      .value = "N",
      .help = "sequences in flight per scorer; 0: by memory",
      .comment = "Sequences in flight per scorer; 0: by memory. It does not change a single bit of the result.",
      .key = no_number,
      .check = not_negative<std::int64_t>,
  });
  options.add<kernels::Precision>({
      .name = "precision",
      .target = &precision,
      .value = "P",
      .help = "operands of convolutions and dense layers: f32, bf16x3, bf16, on CUDA also tf32; gradients are f32 "
              "always",
      .comment = "Operands of convolutions and dense layers: f32, bf16x3 (two bfloat16 each), bf16, on CUDA also tf32; "
                 "gradients are f32 always. `shoal predict --describe` shows what each costs in accuracy.",
      .example = "bf16x3",
      .key = "precision",
      .form = precision_form(),
  });
}

void RunArguments::validate() const {
  device::BackendKind const kind = backend_kind();
  if (backend == BackendChoice::automatic) {
    std::string const problem = device::find_cuda_devices().problem;
    if (!problem.empty()) log(LogLevel::warning, problem + " (--backend cpu does without)");
  }
  if (precision == kernels::Precision::tf32 && kind == device::BackendKind::cpu) {
    fail(ErrorCode::config, "--precision tf32: only CUDA devices have it; choose f32, bf16x3 or bf16 on the CPU");
  }
}

device::BackendKind RunArguments::backend_kind() const {
  if (backend == BackendChoice::cpu) return device::BackendKind::cpu;
  if (backend == BackendChoice::cuda) {
    if (!device::cuda_is_built()) fail(ErrorCode::not_built, "--backend cuda: this build has no CUDA backend");
    device::CudaDevices const devices = device::find_cuda_devices();
    if (devices.usable.empty()) {
      fail(ErrorCode::config,
           "--backend cuda: " + (devices.problem.empty() ? "there is no CUDA device here" : devices.problem));
    }
    return device::BackendKind::cuda;
  }
  return device::cuda_device_count() > 0 ? device::BackendKind::cuda : device::BackendKind::cpu;
}

device::BackendKind RunArguments::agreed_backend(mpi::Communicator const& communicator) const {
  device::BackendKind kind = device::BackendKind::cpu;
  mpi::together(communicator, [&] { kind = backend_kind(); });
  bool const here = kind == device::BackendKind::cuda;
  std::int64_t const with_device = communicator.sum(std::int64_t{here});
  mpi::together(communicator, [&] {
    if (here || with_device == 0) return;
    fail(ErrorCode::config,
         fmt::format("rank {} on {} has no CUDA device, {} of {} ranks have one: choose --backend cpu, or start ranks "
                     "only where there is a device",
                     communicator.rank(), host_name(), with_device, communicator.size()));
  });
  return kind;
}

int RunArguments::thread_count(mpi::Communicator const& node) const {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (sched_getaffinity(0, sizeof mine, &mine) != 0) CPU_SET(0, &mine);
  auto const masks = mpi::gather_items<cpu_set_t>(node, {&mine, 1});
  char const* const slurm = std::getenv("SLURM_CPUS_PER_TASK");
  return rank_threads(threads, slurm == nullptr ? "" : slurm, masks, static_cast<std::size_t>(node.rank()));
}

}  // namespace shoal::app
