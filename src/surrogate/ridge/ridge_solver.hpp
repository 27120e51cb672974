// SPDX-License-Identifier: MIT
// The names of the ways to solve a ridge regression.
#pragma once

#include <string_view>

namespace shoal::surrogate {

// automatic: by cost. primal, dual: Cholesky factors of the normal matrix [parameters, parameters] or of the kernel
// matrix [rows, rows]. gradients: preconditioned conjugate gradients.
enum class RidgeSolver { automatic, primal, dual, gradients };

RidgeSolver parse_ridge_solver(std::string_view name);  // "auto", "primal", "dual", "cg"; errors: config
std::string_view to_string(RidgeSolver solver);

}  // namespace shoal::surrogate
