// SPDX-License-Identifier: MIT
// Counting without computing: kernels that are launched and not run.
#pragma once

#include <cstddef>

namespace cuda_emulated {

// All with machine() locked.
void count_kernel(char const* name);
bool skips_kernels();
bool is_skipped(char const* name);
// Numbers between 0 and 1, read as float or as double, that vary.
void fill_with_numbers(void* memory, std::size_t bytes);

}  // namespace cuda_emulated
