// SPDX-License-Identifier: MIT
// Memory for as many sequences at once as a device has room for.
#pragma once

#include <fmt/core.h>

#include <cstdint>

#include "base/log.hpp"
#include "device/buffer.hpp"

namespace shoal::device {

// Memory for `batch` sequences, of which count(batch) is the number of values. Where the device has too little memory,
// `batch` is halved until it fits; no result depends on it. Errors: OutOfMemory, when not even one sequence fits.
template <class T, class Count>
Buffer<T> batch_memory(Backend const& backend, std::int64_t& batch, Count&& count) {
  for (;;) {
    try {
      return Buffer<T>(backend, static_cast<std::size_t>(count(batch)));
    } catch (OutOfMemory const&) {
      if (batch <= 1) throw;
      log(LogLevel::info, fmt::format("too little memory on {} for {} sequences at once: trying {}",
                                      backend.device_name(), batch, batch / 2));
      batch /= 2;
    }
  }
}

}  // namespace shoal::device
