// SPDX-License-Identifier: MIT
// The order in which the steps of a GradientProgram's program run backwards, and where its values and adjoints lie.
#pragma once

#include "inference/gradient/gradient_program.hpp"

namespace shoal::inference {

// The steps between `seeds` and the input, the last first. `depends_on_input` says for each value whether it depends on
// the input: no other value has an adjoint.
BackwardProgram make_backward_program(GradientProgram const& program, std::vector<DifferentiableOperand> const& seeds,
                                      std::vector<bool> const& depends_on_input);

// Fills the offsets of values and adjoints, which all live side by side, and the program's memory sizes.
void lay_out_memory(GradientProgram& program);

}  // namespace shoal::inference
