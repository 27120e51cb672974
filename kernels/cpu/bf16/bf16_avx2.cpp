// SPDX-License-Identifier: MIT
#if defined(__x86_64__)
#include "kernels/cpu/vector/lanes_avx2.hpp"
// How a pair of products is computed.
#include "kernels/cpu/bf16/pairs_emulated.hpp"
// The loops are written for the Lanes and Pairs above.
#include "kernels/cpu/bf16/bf16_loops.hpp"

namespace shoal::kernels {

Bf16Kernels const avx2_bf16_kernels = {Bf16Set::avx2, 2, 1, split, multiply};

}  // namespace shoal::kernels
#endif
