// SPDX-License-Identifier: MIT
// Both halves of a GradientProgram for one tile of sequences.
#pragma once

#include <variant>

#include "inference/gradient/forward_half.hpp"
#include "kernels/backward/activation_backward.hpp"
#include "kernels/backward/along_axis_backward.hpp"
#include "kernels/backward/pooling_backward.hpp"
#include "kernels/backward/readout_backward.hpp"

namespace shoal::inference {

template <class Space>
class GradientRunner : public GradientForward<Space> {
 public:
  using Forward = GradientForward<Space>;
  using Forward::Forward;

  // Call it after `forward`, if `rescales` of the references first: maps [sequences, tasks, 4, length].
  void backward(bool rescales, float* maps) {
    rescales_ = rescales;
    std::int64_t const size = program_.values.front().shape.size();
    auto const tasks = static_cast<std::int64_t>(program_.tasks.size());
    for (std::int64_t t = 0; t < tasks; ++t) {
      GradientTask const& task = program_.tasks[static_cast<std::size_t>(t)];
      BackwardProgram const& program = program_.backward_programs[task.backward_program];
      for (DifferentiableOperand const& seed : program.seeds) kernels::fill(space_, 0.0F, adjoint(seed));
      for (GradientTerm const& term : task.terms) {
        read_out(term);
      }
      for (BackwardStep const& step : program.steps) backward(step);
      DifferentiableOperand const input{0, program_.values.front().shape};
      if (!program.reaches_input) kernels::fill(space_, 0.0F, adjoint(input));
      kernels::store_maps(space_, adjoint(input), maps + t * size, tasks * size);
    }
  }

 private:
  using Forward::added;
  using Forward::adjoint;
  using Forward::convolve;
  using Forward::memory_;
  using Forward::own;
  using Forward::program_;
  using Forward::reference;
  using Forward::space_;
  using Forward::spread;
  using Forward::view;
  using Forward::weights_;

  void read_out(GradientTerm const& term) {
    if (rescales_) {
      kernels::read_out_rescale(space_, own(term.seed), reference(term.seed), term.part, term.weight,
                                adjoint(term.seed));
    } else {
      kernels::read_out_backward(space_, own(term.seed), term.part, term.weight, adjoint(term.seed));
    }
  }
  void backward(BackwardStep const& backward_step) {
    DifferentiableStep const& step = program_.steps[static_cast<std::size_t>(backward_step.step)];
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      if (!backward_step.is_wanted[i]) continue;
      bool const is_first = backward_step.is_first[i];
      std::visit([&](auto const& pair) { backward(pair, step, i, is_first); }, step.operation);
    }
  }

  // Operations whose kernels write, either into the adjoint or into a contribution that is then added.
  template <class Pair>
  void backward(Pair const& pair, DifferentiableStep const& step, std::size_t which, bool is_first) {
    DifferentiableOperand const& input = step.inputs[which];
    if (is_first) {
      write_adjoint_of(which, pair, step, adjoint(input));
      return;
    }
    kernels::MutableValues const contribution = added(input.shape);
    write_adjoint_of(which, pair, step, contribution);
    kernels::accumulate(space_, contribution, {}, broadcast(input.shape, input.shape), adjoint(input));
  }
  // Operations whose kernels add.
  void backward(MovePair const& pair, DifferentiableStep const& step, std::size_t which, bool is_first) {
    kernels::MutableValues const target = adjoint(step.inputs[which]);
    if (is_first) kernels::fill(space_, 0.0F, target);
    kernels::accumulate(space_, adjoint(step.output), {}, pair.backward[which], target);
  }
  void backward(MultiplyPair const& pair, DifferentiableStep const& step, std::size_t which, bool is_first) {
    kernels::MutableValues const target = adjoint(step.inputs[which]);
    if (is_first) kernels::fill(space_, 0.0F, target);
    DifferentiableOperand const& other = step.inputs[1 - which];
    kernels::ConstValues const factor = rescales_ ? mean_with_reference(other) : own(other);
    kernels::accumulate(space_, adjoint(step.output), factor, pair.backward[which], target);
  }
  // A factor of a product under DeepLIFT's rule (kernels/backward/along_axis_backward.hpp).
  kernels::ConstValues mean_with_reference(DifferentiableOperand const& operand) const {
    kernels::MutableValues const mean = view(memory_.spread, GradientSlot{.shape = operand.shape}, operand.shape);
    kernels::Accumulation half = broadcast(operand.shape, operand.shape);
    half.scale = 0.5F;
    kernels::fill(space_, 0.0F, mean);
    kernels::accumulate(space_, own(operand), {}, half, mean);
    kernels::accumulate(space_, reference(operand), {}, half, mean);
    return mean;
  }

  // Operations of one input, and a product of two.
  template <class Pair>
  void write_adjoint_of(std::size_t, Pair const& pair, DifferentiableStep const& step,
                        kernels::MutableValues target) const {
    write_adjoint(pair, step, target);
  }
  void write_adjoint_of(std::size_t which, ProductPair const& pair, DifferentiableStep const& step,
                        kernels::MutableValues target) const {
    DifferentiableOperand const& factor = step.inputs[1 - which];
    kernels::ConstValues const wanted = adjoint(step.output);
    kernels::ConstValues const other = rescales_ ? mean_with_reference(factor) : own(factor);
    if (which == 0) {
      kernels::grouped_product(space_, wanted, other, adjoint_of_left(pair.product), target);
    } else {
      kernels::grouped_product(space_, other, wanted, adjoint_of_right(pair.product), target);
    }
  }
  void write_adjoint(RecurrencePair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    kernels::recurrence_backward(space_, own(step.inputs.front()), own(step.output), pair.shape,
                                 weights_ + pair.weights, adjoint(step.output), target);
  }
  void write_adjoint(PermutePair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    kernels::permute(space_, adjoint(step.output), pair.backward, target);
  }
  void write_adjoint(ConvolvePair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    kernels::ConstValues const read =
        spread(adjoint(step.output), pair.backward_spread, pair.backward, target.positions);
    convolve(read, pair.backward_parts, target);
  }
  void write_adjoint(DensePair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    kernels::dense(space_, adjoint(step.output), pair.backward, weights_ + pair.backward_weights, target);
  }
  void write_adjoint(ScaleShiftPair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    kernels::scale_shift(space_, adjoint(step.output), weights_ + pair.scale, weights_ + pair.no_shift, target);
  }
  void write_adjoint(ActivatePair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    DifferentiableOperand const& input = step.inputs.front();
    if (rescales_) {
      kernels::activate_rescale(space_, own(input), reference(input), pair.activation, pair.alpha, adjoint(step.output),
                                target);
    } else {
      kernels::activate_backward(space_, own(input), pair.activation, pair.alpha, adjoint(step.output), target);
    }
  }
  void write_adjoint(PoolPair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    if (rescales_ && pair.shape.kind == network::PoolKind::max) {
      kernels::max_pool_rescale(space_, pooled(step), pair.shape, adjoint(step.output), target);
    } else {
      kernels::pool_backward(space_, own(step.inputs.front()), own(step.output), pair.shape, adjoint(step.output),
                             target);
    }
  }
  void write_adjoint(GlobalPoolPair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    if (rescales_ && pair.kind == network::PoolKind::max) {
      kernels::PoolShape const whole{.kind = pair.kind, .width = target.positions, .stride = 1, .padding = 0};
      kernels::max_pool_rescale(space_, pooled(step), whole, adjoint(step.output), target);
    } else {
      kernels::global_pool_backward(space_, own(step.inputs.front()), own(step.output), pair.kind, adjoint(step.output),
                                    target);
    }
  }
  void write_adjoint(SoftmaxPair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    if (rescales_) {
      DifferentiableOperand const& input = step.inputs.front();
      kernels::softmax_rescale(space_, own(input), reference(input), pair.axis, adjoint(step.output), target);
    } else {
      kernels::softmax_backward(space_, own(step.output), pair.axis, adjoint(step.output), target);
    }
  }
  void write_adjoint(LayerNormPair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    DifferentiableOperand const& input = step.inputs.front();
    if (rescales_) {
      kernels::layer_norm_rescale(space_, own(input), reference(input), weights_ + pair.scale, pair.epsilon,
                                  adjoint(step.output), target);
    } else {
      kernels::layer_norm_backward(space_, own(input), weights_ + pair.scale, pair.epsilon, adjoint(step.output),
                                   target);
    }
  }
  void write_adjoint(ReducePair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    DifferentiableOperand const& input = step.inputs.front();
    if (rescales_ && pair.kind == network::Reduction::log_sum_exp) {
      kernels::log_sum_exp_rescale(space_, own(input), reference(input), pair.axis, adjoint(step.output), target);
    } else {
      kernels::reduce_backward(space_, own(input), own(step.output), pair.kind, pair.axis, adjoint(step.output),
                               target);
    }
  }
  void write_adjoint(TopKPair const& pair, DifferentiableStep const& step, kernels::MutableValues target) const {
    kernels::top_k_backward(space_, own(step.inputs.front()), pair.axis, pair.largest, adjoint(step.output), target);
  }
  void write_adjoint(ConstantPair const&, DifferentiableStep const&, kernels::MutableValues) const {}

  kernels::PooledPair pooled(DifferentiableStep const& step) const {
    DifferentiableOperand const& input = step.inputs.front();
    return {own(input), own(step.output), reference(input), reference(step.output)};
  }

  bool rescales_ = false;
};

}  // namespace shoal::inference
