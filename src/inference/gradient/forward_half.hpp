// SPDX-License-Identifier: MIT
// The forward half of a GradientProgram for one tile of sequences.
#pragma once

#include <variant>

#include "inference/gradient/values.hpp"
#include "kernels/forward/activation.hpp"
#include "kernels/forward/along_axis.hpp"
#include "kernels/forward/order.hpp"
#include "kernels/forward/readout.hpp"

namespace shoal::inference {

template <class Space>
class GradientForward : public GradientValues<Space> {
 public:
  using Values = GradientValues<Space>;
  using Values::Values;

  // All values from the input that was asked for last.
  void forward() {
    for (DifferentiableStep const& step : program_.steps) {
      std::visit([&](auto const& pair) { forward(pair, step); }, step.operation);
    }
  }
  // The same, and the scores [sequences, tasks].
  void forward(float* scores) {
    forward();
    auto const tasks = static_cast<std::int64_t>(program_.tasks.size());
    for (std::int64_t t = 0; t < tasks; ++t) {
      GradientTask const& task = program_.tasks[static_cast<std::size_t>(t)];
      for (bool is_first = true; GradientTerm const& term : task.terms) {
        kernels::read_out(space_, value(term.seed), term.part, term.weight, !is_first, scores + t, tasks);
        is_first = false;
      }
    }
  }

  // After `forward` of one sequence: the values that the term reads, [tracks, positions].
  void read_profile(GradientTerm const& term, float* profile) {
    kernels::ReadoutShape track = term.part;
    track.kind = kernels::ReadoutKind::profile;
    track.tracks = 1;
    for (std::int64_t c = 0; c < term.part.tracks; ++c) {
      track.first_track = term.part.first_track + c;
      kernels::read_out(space_, value(term.seed), track, 1.0, false, profile + c * track.positions, track.positions);
    }
  }

 protected:
  using Values::convolve;
  using Values::program_;
  using Values::sequences_;
  using Values::space_;
  using Values::spread;
  using Values::value;
  using Values::weights_;

 private:
  void forward(ConvolvePair const& pair, DifferentiableStep const& step) {
    kernels::MutableValues const output = value(step.output);
    kernels::ConstValues const input =
        spread(value(step.inputs.front()), pair.forward_spread, pair.forward, output.positions);
    convolve(input, pair.forward_parts, output);
  }
  void forward(DensePair const& pair, DifferentiableStep const& step) {
    kernels::dense(space_, value(step.inputs.front()), pair.forward, weights_ + pair.forward_weights,
                   value(step.output));
  }
  void forward(ScaleShiftPair const& pair, DifferentiableStep const& step) {
    kernels::scale_shift(space_, value(step.inputs.front()), weights_ + pair.scale, weights_ + pair.shift,
                         value(step.output));
  }
  void forward(ActivatePair const& pair, DifferentiableStep const& step) {
    kernels::activate(space_, value(step.inputs.front()), pair.activation, pair.alpha, value(step.output));
  }
  void forward(PoolPair const& pair, DifferentiableStep const& step) {
    kernels::pool(space_, value(step.inputs.front()), pair.shape, value(step.output));
  }
  void forward(GlobalPoolPair const& pair, DifferentiableStep const& step) {
    kernels::global_pool(space_, value(step.inputs.front()), pair.kind, value(step.output));
  }
  void forward(MovePair const& pair, DifferentiableStep const& step) {
    kernels::fill(space_, 0.0F, value(step.output));
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      kernels::accumulate(space_, value(step.inputs[i]), {}, pair.forward[i], value(step.output));
    }
  }
  void forward(MultiplyPair const& pair, DifferentiableStep const& step) {
    kernels::fill(space_, 0.0F, value(step.output));
    kernels::accumulate(space_, value(step.inputs[0]), value(step.inputs[1]), pair.forward, value(step.output));
  }
  void forward(SoftmaxPair const& pair, DifferentiableStep const& step) {
    kernels::softmax(space_, value(step.inputs.front()), pair.axis, value(step.output));
  }
  void forward(LayerNormPair const& pair, DifferentiableStep const& step) {
    kernels::layer_norm(space_, value(step.inputs.front()), weights_ + pair.scale, weights_ + pair.shift, pair.epsilon,
                        value(step.output));
  }
  void forward(ReducePair const& pair, DifferentiableStep const& step) {
    kernels::reduce(space_, value(step.inputs.front()), pair.kind, pair.axis, value(step.output));
  }
  void forward(TopKPair const& pair, DifferentiableStep const& step) {
    kernels::top_k(space_, value(step.inputs.front()), pair.axis, pair.largest, value(step.output));
  }
  void forward(ProductPair const& pair, DifferentiableStep const& step) {
    kernels::grouped_product(space_, value(step.inputs[0]), value(step.inputs[1]), pair.product, value(step.output));
  }
  void forward(RecurrencePair const& pair, DifferentiableStep const& step) {
    kernels::recurrence(space_, value(step.inputs.front()), pair.shape, weights_ + pair.weights, value(step.output));
  }
  void forward(PermutePair const& pair, DifferentiableStep const& step) {
    kernels::permute(space_, value(step.inputs.front()), pair.forward, value(step.output));
  }
  void forward(ConstantPair const& pair, DifferentiableStep const& step) {
    network::Shape const shape = step.output.shape;
    kernels::ConstValues const same = {.data = weights_ + pair.values,
                                       .sequences = sequences_,
                                       .positions = shape.positions,
                                       .channels = shape.channels,
                                       .stride = 0,
                                       .margin = 0};
    kernels::fill(space_, 0.0F, value(step.output));
    kernels::accumulate(space_, same, {}, broadcast(shape, shape), value(step.output));
  }
};

}  // namespace shoal::inference
