// SPDX-License-Identifier: MIT
// Minimisation of a smooth function of few variables.
#pragma once

#include <functional>
#include <vector>

namespace shoal::surrogate {

// Returns the function at `point` and writes its gradient.
using SmoothFunction = std::function<double(std::vector<double> const& point, std::vector<double>& gradient)>;

struct Minimum {
  std::vector<double> point;
  double value = 0;
  int iterations = 0;
  bool converged = false;
};

// BFGS with backtracking (Nocedal and Wright 2006, 6.1) from `start`, the inverse Hessian beginning as a diagonal.
// Steps are at most `longest_step` in any variable. Stops when the expected drop falls below `tolerance`. A point with
// a value that is not finite counts as high.
Minimum minimise(SmoothFunction const& function, std::vector<double> start, std::vector<double> const& inverse_hessian,
                 double longest_step, double tolerance);

}  // namespace shoal::surrogate
