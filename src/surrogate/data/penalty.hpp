// SPDX-License-Identifier: MIT
// The ridge penalty of a surrogate.
#pragma once

namespace shoal::surrogate {

// One-hot ridge penalties: lambda_additive Σ theta_l,c² + lambda_pair Σ theta_lc,l'c'².
struct Penalty {
  double additive = 0;
  double pair = 0;
  friend bool operator==(Penalty, Penalty) = default;
};

}  // namespace shoal::surrogate
