// SPDX-License-Identifier: MIT
// A backend by its kind, as a user chooses it.
#pragma once

#include <memory>

#include "device/backend.hpp"

namespace shoal::device {

// A CUDA device and the number of processes that compute on it. Means nothing to the CPU.
struct DeviceShare {
  int number = 0;  // among the usable devices
  int ranks = 1;
};

// The host's backend with `threads` OpenMP threads (at least 1), or that of a CUDA device, beside which as many threads
// work on the host. Errors: not_built; config, when there is no such device.
inline std::unique_ptr<Backend> make_backend(BackendKind kind, int threads, DeviceShare share = {}) {
  return kind == BackendKind::cuda ? Backend::cuda(share.number, threads, share.ranks) : Backend::cpu(threads);
}

}  // namespace shoal::device
