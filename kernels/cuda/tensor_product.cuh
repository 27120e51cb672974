// SPDX-License-Identifier: MIT
// The matrix product of tile_product.cuh on tensor cores, with operands of a reduced precision.
#pragma once

#include "kernels/cuda/tile_product.cuh"
#include "kernels/precision.hpp"

namespace shoal::kernels::cuda {

// As multiply_tiles, for bf16, bf16x3 and tf32. Operands are float32 in memory and rounded on their way to shared
// memory. An element's sum starts from zero and goes through its depth (k, then c) in steps of 16 (tf32: 8), one
// tensor-core product each, of bf16x3 three: high*high, high*low, low*high; the bias is added last. Blocks are of one
// fixed shape, so neither the number of sequences nor the place of a row changes a bit; what a tensor core does within
// a step is its own. Errors: cuda; internal, for shapes past 32-bit offsets.
void multiply_tensor_tiles(CudaSpace const& space, char const* name, TileProduct product, Precision precision,
                           Activation activation, float alpha);

}  // namespace shoal::kernels::cuda
