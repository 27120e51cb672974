// SPDX-License-Identifier: MIT
// The errors that both spaces' factorisations share.
#pragma once

#include "base/error.hpp"
#include "linalg/queued_symmetric.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::linalg {

// Errors: internal, when `matrix` is not square and contiguous.
void expect_square(Matrix matrix);

}  // namespace shoal::linalg
