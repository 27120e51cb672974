// SPDX-License-Identifier: MIT
// Where a program's values lie: margins, lifetimes, and offsets such that values which live at the same time do not
// overlap.
#pragma once

#include "inference/forward/forward_program.hpp"

namespace shoal::inference {

// Fills margin, of_tile, first_step, last_step and offset of program.values from its steps, and the program's memory
// sizes.
void lay_out_memory(ForwardProgram& program);

}  // namespace shoal::inference
