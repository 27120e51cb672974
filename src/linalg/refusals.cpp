// SPDX-License-Identifier: MIT
#include "linalg/refusals.hpp"

#include <fmt/core.h>

namespace shoal::linalg {

void expect_square(Matrix matrix) {
  expect(matrix.rows == matrix.columns && matrix.stride == matrix.columns,
         "a symmetric matrix must be square and contiguous");
}

void check_cholesky(std::int64_t info, std::int64_t n) {
  expect(info >= 0, "a Cholesky factorisation was called with wrong arguments");
  if (info > 0) {
    fail(ErrorCode::numeric,
         fmt::format("a {} x {} matrix of normal equations is not positive definite (leading minor {}); raise lambda",
                     n, n, info));
  }
}

void check_routine(std::int64_t info, char const* routine) {
  expect(info >= 0, fmt::format("{} was called with wrong arguments", routine));
  if (info > 0) fail(ErrorCode::numeric, fmt::format("{} did not converge (info {})", routine, info));
}

}  // namespace shoal::linalg
