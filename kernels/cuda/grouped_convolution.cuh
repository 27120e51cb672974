// SPDX-License-Identifier: MIT
// Convolutions with several groups: one thread per element, since each reads few channels.
#pragma once

#include "kernels/forward/convolution.hpp"

namespace shoal::kernels::cuda {

// `packed`: pack_columns of the kernel [width, in_channels / groups, filters]. Errors: cuda.
void convolve_groups(CudaSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed,
                     Epilogue const& epilogue, MutableValues output);

}  // namespace shoal::kernels::cuda
