// SPDX-License-Identifier: MIT
// The errors that both spaces' factorisations share.
#pragma once

#include <cstdint>

#include "base/error.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::linalg {

// Errors: internal, when `matrix` is not square and contiguous.
void expect_square(Matrix matrix);

// Interprets LAPACK's `info` of a Cholesky factorisation of order n. Errors: numeric when positive, internal when
// negative.
void check_cholesky(std::int64_t info, std::int64_t n);

// The same for any other LAPACK routine, called `routine`. Errors: numeric, internal.
void check_routine(std::int64_t info, char const* routine);

}  // namespace shoal::linalg
