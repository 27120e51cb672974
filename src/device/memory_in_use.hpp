// SPDX-License-Identifier: MIT
// Memory of a device that this process holds, other processes' apart.
#pragma once

#include <cstddef>

namespace shoal::device {

// Bytes that the memory pool of this process has taken from the device so far; it gives none back. Errors: config, when
// there is no such device.
std::size_t device_memory_in_use(int device_number);

}  // namespace shoal::device
