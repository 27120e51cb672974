// SPDX-License-Identifier: MIT
// Names of layer operations that kernels and the model's graph share.
#pragma once

namespace shoal::kernels {

// y = f(x), element by element. elu(x) = x for x > 0, alpha (e^x - 1) otherwise; softplus(x) = log(1 + e^x).
enum class Activation { linear, relu, exponential, sigmoid, softplus, tanh, elu };

enum class PoolKind { max, average };

}  // namespace shoal::kernels
