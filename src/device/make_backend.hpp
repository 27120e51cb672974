// SPDX-License-Identifier: MIT
// A backend by its kind, as a user chooses it.
#pragma once

#include <memory>

#include "device/backend.hpp"

namespace shoal::device {

// The host's backend with `threads` OpenMP threads (at least 1), or that of CUDA device `device_number`; the other
// number means nothing. Errors: not_built; config, when there is no such device.
inline std::unique_ptr<Backend> make_backend(BackendKind kind, int threads, int device_number = 0) {
  return kind == BackendKind::cuda ? Backend::cuda(device_number) : Backend::cpu(threads);
}

}  // namespace shoal::device
