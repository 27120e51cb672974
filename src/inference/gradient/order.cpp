// SPDX-License-Identifier: MIT
#include "inference/gradient/order.hpp"

#include <algorithm>

#include "base/index.hpp"

namespace shoal::inference {

namespace {

std::int64_t place(std::vector<GradientSlot>& slots) {
  std::int64_t total = 0;
  for (GradientSlot& slot : slots) {
    slot.offset = total;
    total += (slot.size() + 15) / 16 * 16;
  }
  return total;
}

}  // namespace

std::int64_t rows_outside(kernels::ConvolutionShape const& shape, std::int64_t positions,
                          std::int64_t output_positions) {
  std::int64_t const last_read =
      (output_positions - 1) * shape.stride + (shape.width - 1) * shape.dilation - shape.padding;
  return std::max({shape.padding, last_read - (positions - 1), std::int64_t{0}});
}

BackwardProgram make_backward_program(GradientProgram const& program, std::vector<DifferentiableOperand> const& seeds,
                                      std::vector<bool> const& depends_on_input) {
  BackwardProgram result;
  auto const depends_on = [&](DifferentiableOperand const& operand) { return depends_on_input[at(operand.value)]; };
  std::vector<bool> has_adjoint(program.values.size(), false);
  for (DifferentiableOperand const& seed : seeds) {
    if (!has_adjoint[at(seed.value)]) result.seeds.push_back(seed);
    has_adjoint[at(seed.value)] = true;
  }
  for (int i = static_cast<int>(program.steps.size()) - 1; i >= 0; --i) {
    DifferentiableStep const& step = program.steps[at(i)];
    if (!has_adjoint[at(step.output.value)] || !depends_on(step.output)) continue;
    BackwardStep backward{.step = i, .is_wanted = {}, .is_first = {}};
    for (DifferentiableOperand const& input : step.inputs) {
      backward.is_wanted.push_back(depends_on(input));
      backward.is_first.push_back(!has_adjoint[at(input.value)]);
      if (depends_on(input)) has_adjoint[at(input.value)] = true;
    }
    result.steps.push_back(std::move(backward));
  }
  result.reaches_input = has_adjoint.front();
  return result;
}

void lay_out_memory(GradientProgram& program) {
  program.value_floats = place(program.values);
  program.adjoint_floats = place(program.adjoints);
  for (GradientSlot const& slot : program.adjoints) program.added_floats = std::max(program.added_floats, slot.size());
}

}  // namespace shoal::inference
