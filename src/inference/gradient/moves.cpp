// SPDX-License-Identifier: MIT
#include "inference/gradient/moves.hpp"

namespace shoal::inference {

using kernels::Accumulation;
using kernels::ElementSteps;

namespace {

// The steps of a whole value of this shape.
ElementSteps whole(network::Shape shape) {
  return {0, shape.channels, 1};
}

// The steps of a value inside an output of shape `to`: axes of length one are repeated.
ElementSteps repeated(network::Shape from, network::Shape to) {
  return {0, from.positions == 1 && to.positions > 1 ? 0 : from.channels,
          from.channels == 1 && to.channels > 1 ? 0 : 1};
}

// One axis of an Accumulation: its items, their steps, and what is summed.
struct AxisSteps {
  std::int64_t items, target, source, factor, summed, source_sum, factor_sum;
};

AxisSteps transposed(AxisSteps const& axis) {
  if (axis.source == 0 && axis.items > 1) {
    return {1, 0, 0, 0, axis.items, axis.target, axis.factor};
  }
  if (axis.summed > 1) return {axis.summed, axis.source_sum, 0, axis.factor_sum, 1, 0, 0};
  return {axis.items, axis.source, axis.target, axis.factor, 1, 0, 0};
}

}  // namespace

Accumulation transposed(Accumulation const& what) {
  AxisSteps const p =
      transposed(AxisSteps{what.positions, what.target.position, what.source.position, what.factor.position,
                           what.summed_positions, what.source_sum.position, what.factor_sum.position});
  AxisSteps const c = transposed(AxisSteps{what.channels, what.target.channel, what.source.channel, what.factor.channel,
                                           what.summed_channels, what.source_sum.channel, what.factor_sum.channel});
  return {.positions = p.items,
          .channels = c.items,
          .target = {what.source.start, p.target, c.target},
          .source = {what.target.start, p.source, c.source},
          .factor = {what.factor.start, p.factor, c.factor},
          .summed_positions = p.summed,
          .summed_channels = c.summed,
          .source_sum = {0, p.source_sum, c.source_sum},
          .factor_sum = {0, p.factor_sum, c.factor_sum},
          .scale = what.scale};
}

Accumulation broadcast(network::Shape from, network::Shape to) {
  Accumulation what;
  what.positions = to.positions;
  what.channels = to.channels;
  what.target = whole(to);
  what.source = repeated(from, to);
  return what;
}

Accumulation multiplied(network::Shape first, network::Shape second, network::Shape to) {
  Accumulation what = broadcast(first, to);
  what.factor = repeated(second, to);
  return what;
}

Accumulation placed(network::Shape from, network::Shape to, network::Axis axis, std::int64_t start) {
  Accumulation what;
  what.positions = from.positions;
  what.channels = from.channels;
  what.target = whole(to);
  what.target.start = axis == network::Axis::positions ? start * to.channels : start;
  what.source = whole(from);
  return what;
}

Accumulation sliced(network::Slice const& slice, network::Shape from, network::Shape to) {
  Accumulation what;
  what.positions = to.positions;
  what.channels = to.channels;
  what.target = whole(to);
  what.source = whole(from);
  std::int64_t& step = slice.axis == network::Axis::positions ? what.source.position : what.source.channel;
  what.source.start = slice.start * step;
  step *= slice.step;
  return what;
}

Accumulation with_axes_exchanged(network::Shape from) {
  Accumulation what;
  what.positions = from.positions;
  what.channels = from.channels;
  what.target = {0, 1, from.positions};
  what.source = whole(from);
  return what;
}

Accumulation summed(network::Shape from, network::Axis axis, float scale) {
  Accumulation what;
  what.scale = scale;
  if (axis == network::Axis::positions) {
    what.channels = from.channels;
    what.target = {0, from.channels, 1};
    what.source = {0, from.channels, 1};
    what.summed_positions = from.positions;
    what.source_sum = {0, from.channels, 0};
  } else {
    what.positions = from.positions;
    what.channels = 1;
    what.target = {0, 1, 1};
    what.source = {0, from.channels, 1};
    what.summed_channels = from.channels;
    what.source_sum = {0, 0, 1};
  }
  return what;
}

Accumulation spread(network::Shape from, std::int64_t spread) {
  Accumulation what;
  what.positions = from.positions;
  what.channels = from.channels;
  what.target = {0, spread * from.channels, 1};
  what.source = whole(from);
  return what;
}

}  // namespace shoal::inference
