// SPDX-License-Identifier: MIT
#include "mpi/check.hpp"

#include <fmt/core.h>

#include <array>

#include "base/error.hpp"

namespace shoal::mpi {

void check_mpi(int status, std::string_view call) {
  if (status == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> reason{};
  int length = 0;
  MPI_Error_string(status, reason.data(), &length);
  fail(ErrorCode::mpi, fmt::format("{} failed: {}", call, std::string_view(reason.data(), length)));
}

}  // namespace shoal::mpi
