// SPDX-License-Identifier: MIT
#if defined(__x86_64__)
#include "kernels/cpu/vector/lanes_avx512.hpp"
// How a pair of products is computed.
#include "kernels/cpu/bf16/pairs_avx512_bf16.hpp"
// The loops are written for the Lanes and Pairs above.
#include "kernels/cpu/bf16/bf16_loops.hpp"

namespace shoal::kernels {

Bf16Kernels const avx512_bf16_kernels = {Bf16Set::avx512_bf16, 2, 1, split, multiply};

}  // namespace shoal::kernels
#endif
