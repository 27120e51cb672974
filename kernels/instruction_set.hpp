// SPDX-License-Identifier: MIT
// Which CPU instructions the kernels use, found at run time.
#pragma once

namespace shoal::kernels {

enum class InstructionSet { generic, avx2, avx512 };

// The best set that this processor has and that Shoal has kernels for. Constant while the process lives.
InstructionSet best_instruction_set();

char const* to_string(InstructionSet set);

}  // namespace shoal::kernels
