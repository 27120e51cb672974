// SPDX-License-Identifier: MIT
#include "kernels/cpu/vector/vector_kernels.hpp"

namespace shoal::kernels {

VectorKernels const& vector_kernels(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return avx512_vector_kernels;
  if (set == InstructionSet::avx2) return avx2_vector_kernels;
#else
  static_cast<void>(set);
#endif
  return generic_vector_kernels;
}

VectorKernels const& vector_kernels() {
  static VectorKernels const& best = vector_kernels(best_instruction_set());
  return best;
}

}  // namespace shoal::kernels
