// SPDX-License-Identifier: MIT
// Suites that would take minutes on the emulated GPU (tests/cuda_emulated) take fewer cases there.
#pragma once

#include "device/backend.hpp"

namespace shoal::test {

inline bool is_emulated(device::Backend const& backend) {
  return backend.device_name() == "emulated GPU";
}

}  // namespace shoal::test
