// SPDX-License-Identifier: MIT
// What libraries keep for one stream of a device, such as cuSOLVER's handle. A Backend owns it and destroys it before
// the stream.
#pragma once

#include <memory>
#include <mutex>

#include "kernels/space.hpp"

namespace shoal::kernels {

struct StreamState {
  std::mutex mutex;              // held while `solver` is made or used
  std::shared_ptr<void> solver;  // linalg's, made when it is first needed
};

}  // namespace shoal::kernels
