// SPDX-License-Identifier: MIT
// A build without CUDA has no libraries of a device.
#include "linalg/device_library.hpp"

namespace shoal::linalg {

std::string device_library() {
  return {};
}

}  // namespace shoal::linalg
