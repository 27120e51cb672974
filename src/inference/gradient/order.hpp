// SPDX-License-Identifier: MIT
// In which order a GradientProgram's steps run backwards, and where its values and adjoints lie.
#pragma once

#include "inference/gradient/gradient_program.hpp"

namespace shoal::inference {

// The steps that lie between `seeds` and the input, last first. `depends_on_input` is of each value: no other has an
// adjoint.
BackwardProgram make_backward_program(GradientProgram const& program, std::vector<DifferentiableOperand> const& seeds,
                                      std::vector<bool> const& depends_on_input);

// Fills the offsets of values and adjoints, which all live side by side, and the program's memory sizes.
void lay_out_memory(GradientProgram& program);

}  // namespace shoal::inference
