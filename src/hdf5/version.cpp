// SPDX-License-Identifier: MIT
#include "hdf5/version.hpp"

#include <fmt/core.h>
#include <hdf5.h>

namespace shoal::hdf5 {

std::string library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace shoal::hdf5
