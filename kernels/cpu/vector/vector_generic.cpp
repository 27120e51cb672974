// SPDX-License-Identifier: MIT
#include "kernels/cpu/vector/lanes_generic.hpp"
// The loops are written for the Lanes above.
#include "kernels/cpu/vector/vector_loops.hpp"

namespace shoal::kernels {

VectorKernels const generic_vector_kernels = {multiply, look_up,          pool, activate, scale_shift,
                                              combine,  multiply_channels};

}  // namespace shoal::kernels
