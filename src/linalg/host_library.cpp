// SPDX-License-Identifier: MIT
#include "linalg/host_library.hpp"

#include <cblas.h>

namespace shoal::linalg {

void use_one_host_thread() {
  static bool const done = [] {
    openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

std::string host_library_core() {
  return openblas_get_corename();
}

}  // namespace shoal::linalg
