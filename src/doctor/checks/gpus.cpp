// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/text.hpp"
#include "device/backend.hpp"
#include "device/cuda_devices.hpp"
#include "doctor/checks/checks.hpp"
#include "linalg/device_library.hpp"

namespace shoal::doctor {

GpuFacts find_gpus(mpi::Communicator const& node) {
  GpuFacts facts{.node = host_name(),
                 .is_built = device::cuda_is_built(),
                 .ranks = node.size(),
                 .devices = {},
                 .problem = {},
                 .libraries = {},
                 .library_problem = {}};
  if (!facts.is_built) return facts;
  device::CudaDevices const found = device::find_cuda_devices();
  for (device::CudaDevice const& device : found.usable) {
    facts.devices.push_back(fmt::format("{} ({}.{})", device.name, device.capability / 10, device.capability % 10));
  }
  facts.problem = found.problem;
  if (facts.devices.empty()) return facts;
  try {
    facts.libraries = linalg::device_library();
  } catch (Error const& error) {
    facts.library_problem = error.what();
  }
  return facts;
}

Findings judge_gpus(GpuFacts const& facts) {
  std::string const subject = "GPUs of " + facts.node;
  if (!facts.is_built) {
    return {{Verdict::good, subject, "this build has no CUDA backend: everything runs on the CPU", ""}};
  }
  Findings findings;
  if (!facts.problem.empty()) {
    findings.push_back({Verdict::notice, subject, facts.problem,
                        facts.devices.empty() ? "until then scans run on the CPU, and --backend cuda stops" : ""});
  }
  if (facts.devices.empty()) {
    if (facts.problem.empty()) findings.push_back({Verdict::good, subject, "none: everything runs on the CPU", ""});
    return findings;
  }
  auto const devices = static_cast<int>(facts.devices.size());
  std::string const libraries = facts.libraries.empty() ? "" : ", with " + facts.libraries;
  findings.push_back({Verdict::good, subject, fmt::format("{}{}", fmt::join(facts.devices, ", "), libraries), ""});
  if (!facts.library_problem.empty()) {
    findings.push_back(
        {Verdict::fault, subject, facts.library_problem, "until then scans and fits run with --backend cpu"});
  }
  if (facts.ranks < devices) {
    findings.push_back({Verdict::notice, subject, fmt::format("{} of {} stay idle", devices - facts.ranks, devices),
                        fmt::format("start {} ranks on this node, one per GPU", devices)});
  } else if (facts.ranks > devices) {
    findings.push_back(
        {Verdict::notice, subject,
         fmt::format("{} ranks share {} GPU{} and its memory", facts.ranks, devices, devices == 1 ? "" : "s"),
         "start one rank per GPU, or NVIDIA's MPS, so that ranks use it at the same time"});
  }
  return findings;
}

}  // namespace shoal::doctor
