// SPDX-License-Identifier: MIT
// Pooling over positions, backwards: by its derivative, and by DeepLIFT's rule for maxima.
#pragma once

#include "kernels/forward/pooling.hpp"

namespace shoal::kernels {

// input_adjoint(t, c) is the sum over the windows u that hold t, ascending, of output_adjoint(u, c) times a factor. For
// a mean it is one over the divisor. For a maximum it is 1 at the window's first largest element, else 0 (as in
// TensorFlow and PyTorch). `output` is pool(input).
void pool_backward(CpuSpace const& space, ConstValues input, ConstValues output, PoolShape const& shape,
                   ConstValues output_adjoint, MutableValues input_adjoint);
void pool_backward(CudaSpace const& space, ConstValues input, ConstValues output, PoolShape const& shape,
                   ConstValues output_adjoint, MutableValues input_adjoint);

// The same for global_pool, except that a maximum's adjoint is divided evenly among equal largest positions (as in
// Keras): a motif that occurs twice counts twice, and mirrored sequences have mirrored gradients.
void global_pool_backward(CpuSpace const& space, ConstValues input, ConstValues output, PoolKind kind,
                          ConstValues output_adjoint, MutableValues input_adjoint);
void global_pool_backward(CudaSpace const& space, ConstValues input, ConstValues output, PoolKind kind,
                          ConstValues output_adjoint, MutableValues input_adjoint);

// The values of one pooling for a sequence and for its reference.
struct PooledPair {
  ConstValues input, output, reference_input, reference_output;
};

// Multipliers of a maximum, as SHAP's DeepExplainer and tangermeme define them. Let y be a window's output for the
// sequence, r its output for the reference, and m the larger of both. The contribution m - r is given to the sequence's
// first largest element, and y - m to the reference's, each times output_adjoint. input_adjoint is the sum of an
// element's contributions divided by input - reference, or 0 if that is below 1e-7. Contributions add up to y - r.
void max_pool_rescale(CpuSpace const& space, PooledPair const& values, PoolShape const& shape,
                      ConstValues output_adjoint, MutableValues input_adjoint);
void max_pool_rescale(CudaSpace const& space, PooledPair const& values, PoolShape const& shape,
                      ConstValues output_adjoint, MutableValues input_adjoint);

}  // namespace shoal::kernels
