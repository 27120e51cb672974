// SPDX-License-Identifier: MIT
#if defined(__x86_64__)
#include "kernels/cpu/vector/lanes_avx512.hpp"
// The loops are written for the Lanes above.
#include "kernels/cpu/vector/vector_loops.hpp"

namespace shoal::kernels {

VectorKernels const avx512_vector_kernels = {multiply, look_up,          pool, activate, scale_shift,
                                             combine,  multiply_channels};

}  // namespace shoal::kernels
#endif
