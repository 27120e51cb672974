// SPDX-License-Identifier: MIT
#include "inference/gradient/order.hpp"

#include <algorithm>

namespace shoal::inference {

namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

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

BackwardProgram make_backward_program(GradientPlan const& plan, std::vector<DifferentiableOperand> const& seeds,
                                      std::vector<bool> const& depends_on_input) {
  BackwardProgram program;
  auto const depends_on = [&](DifferentiableOperand const& operand) { return depends_on_input[at(operand.value)]; };
  std::vector<bool> has_adjoint(plan.values.size(), false);
  for (DifferentiableOperand const& seed : seeds) {
    if (!has_adjoint[at(seed.value)]) program.seeds.push_back(seed);
    has_adjoint[at(seed.value)] = true;
  }
  for (int i = static_cast<int>(plan.steps.size()) - 1; i >= 0; --i) {
    DifferentiableStep const& step = plan.steps[at(i)];
    if (!has_adjoint[at(step.output.value)] || !depends_on(step.output)) continue;
    BackwardStep backward{.step = i, .is_wanted = {}, .is_first = {}};
    for (DifferentiableOperand const& input : step.inputs) {
      backward.is_wanted.push_back(depends_on(input));
      backward.is_first.push_back(!has_adjoint[at(input.value)]);
      if (depends_on(input)) has_adjoint[at(input.value)] = true;
    }
    program.steps.push_back(std::move(backward));
  }
  program.reaches_input = has_adjoint.front();
  return program;
}

void lay_out_memory(GradientPlan& plan) {
  plan.value_floats = place(plan.values);
  plan.adjoint_floats = place(plan.adjoints);
  for (GradientSlot const& slot : plan.adjoints) plan.added_floats = std::max(plan.added_floats, slot.size());
}

}  // namespace shoal::inference
