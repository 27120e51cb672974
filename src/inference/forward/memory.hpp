// SPDX-License-Identifier: MIT
// Where a program's values lie: margins, lifetimes, and offsets such that values which live at the same time do not
// overlap.
#pragma once

#include "inference/forward/forward_program.hpp"

namespace shoal::inference {

// Fills margin, of_tile, first_step, last_step and offset of the program's values from its steps, and its memory sizes.
void lay_out_memory(Plan& plan);

}  // namespace shoal::inference
