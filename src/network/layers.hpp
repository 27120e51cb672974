// SPDX-License-Identifier: MIT
// The layers that a network may have, as plain structs. Every value is [positions, channels], channels last.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "kernels/forward/matrix_product.hpp"
#include "kernels/forward/recurrence.hpp"
#include "kernels/layers.hpp"

namespace shoal::network {

using kernels::Activation;
using kernels::Axis;
using kernels::PoolKind;
using kernels::Reduction;

// Padding of sliding windows: none; Keras's and TensorFlow's "same"; or counts of positions, pad_left and pad_right.
enum class Padding { valid, same, counted };

// Shape of one sequence's value: `positions` rows of `channels`; a flat vector has one position.
struct Shape {
  std::int64_t positions = 1;
  std::int64_t channels = 0;
  std::int64_t size() const { return positions * channels; }
  bool operator==(Shape const&) const = default;
};

struct InputLayer {};
struct Constant {  // the same value for every sequence; it reads nothing
  Shape shape;
  std::vector<float> values;  // [positions, channels]
};

// y[t, f] = bias[f] + sum over k, c of x[t * stride + k * dilation - left, c] * kernel[k, c, f]; x is zero outside.
struct Conv1D {
  std::int64_t filters = 0, width = 0, stride = 1, dilation = 1;
  Padding padding = Padding::valid;
  std::vector<float> kernel;  // [width, in_channels / groups, filters]
  std::vector<float> bias;    // [filters], or empty
  // Filters of group g, [g * filters / groups, (g + 1) * filters / groups), read the channels of group g only.
  std::int64_t groups = 1;
  std::int64_t pad_left = 0, pad_right = 0;  // with Padding::counted
};
// y[p, f] = bias[f] + sum over t, k with t * stride + k * dilation - left = p, and over c, of x[t, c] * kernel[k, c,
// f]. Positions: (positions - 1) * stride + E - left - right with E = (width - 1) * dilation + 1 for counted padding
// (which crops; ONNX's output_padding adds to the right: a smaller, even negative, pad_right); without, as Keras: valid
// = (positions - 1) * stride + max(E, stride), same = positions * stride, left = max(E - stride, 0) / 2.
struct ConvTranspose1D {
  std::int64_t filters = 0, width = 0, stride = 1, dilation = 1;
  Padding padding = Padding::valid;
  std::vector<float> kernel;  // [width, in_channels / groups, filters]
  std::vector<float> bias;    // [filters], or empty
  std::int64_t groups = 1;
  std::int64_t pad_left = 0, pad_right = 0;  // positions cut off, with Padding::counted
};
struct Dense {
  std::int64_t units = 0;
  std::vector<float> kernel;  // [in_channels, units]; applies to every position
  std::vector<float> bias;    // [units], or empty
};

// y = x * scale + shift per channel: from gamma, beta, mean, variance, epsilon in double precision, and whatever else
// multiplies by or adds constants.
struct BatchNorm {
  std::vector<float> scale, shift;
};
// y = (x - mean) / sqrt(variance + epsilon) * scale + shift with the mean and (biased) variance of the position's
// channels. Empty scale: ones; empty shift: zeros.
struct LayerNorm {
  std::vector<float> scale, shift;  // [channels]
  float epsilon = 1e-5F;
};
struct Activate {
  Activation activation = Activation::linear;
  float alpha = 1.0F;
};
struct Softmax {  // e^x / sum of e^x along the axis
  Axis axis = Axis::channels;
};

struct Pool {  // padding is never the maximum
  PoolKind kind = PoolKind::max;
  std::int64_t width = 2, stride = 2;
  Padding padding = Padding::valid;
  std::int64_t pad_left = 0, pad_right = 0;  // with Padding::counted
  bool round_up = false;  // a last window that lies partly after the end counts (ceil_mode) if it begins before the end
                          // the end of the right padding
  bool count_padding = false;  // an average divides by the window's positions inside sequence and padding, not
                               // sequence alone (count_include_pad)
};
struct GlobalPool {  // over all positions
  PoolKind kind = PoolKind::max;
};
struct Reduce {  // the axis becomes one value long
  Reduction kind = Reduction::mean;
  Axis axis = Axis::positions;
};

// The largest elements along the axis (the smallest when `largest` is false), in falling (rising) order, equal ones by
// their index; the axis becomes `count` long.
struct TopK {
  Axis axis = Axis::positions;
  std::int64_t count = 1;
  bool largest = true;
};
struct Hardmax {  // 1 at the first largest element along the axis, 0 elsewhere
  Axis axis = Axis::channels;
};

// Sums and products of two or more values: each value has the result's positions or one, and the result's channels or
// one, which then count for all.
struct Add {};
struct Multiply {};
struct Concatenate {
  Axis axis = Axis::channels;
};

// The product of two computed matrices, for every group (attention head) g: y(g, i, j) = sum over k of a(g, i, k) b(g,
// k, j), a and b being the two inputs. `product` says where the elements lie in the two values and in the result of
// `shape`: heads may be blocks of channels. Every element of the three values is named exactly once. For q, k
// [positions, heads * depth] and scores [heads * positions, positions]: groups = heads, rows = columns = positions,
// left {depth, heads * depth, 1}, right {depth, 1, heads * depth}, result {positions * positions, positions, 1};
// Softmax over channels; then left as that result, right {depth, heads * depth, 1} and the same for the result
// [positions, heads * depth].
struct MatrixProduct {
  kernels::GroupedProduct product;
  Shape shape;
};

// The recurrence of an LSTM, GRU or simple cell (kernels/forward/recurrence.hpp has the formulas): what remains when
// the input's product with the input weights, bias included, is a Dense layer before it. The input is [positions, gates
// * units], blocks in the order of RecurrentCell; the result [positions, states * units]: h, for an LSTM followed by c
// (a Slice of channels takes one of them, and a Slice of positions the last state, which is at position 0 when
// `backwards`). A bidirectional layer is two of these.
struct Recurrence {
  kernels::RecurrenceShape recurrence;
  std::vector<float> kernel;   // [units, gates * units]
  std::vector<float> bias;     // [gates * units], added to the product with the state, or empty
  std::vector<float> initial;  // [states * units], or empty: zeros
};

// Elements start, start + step, …, `count` of them, all inside the axis; step -1 flips.
struct Slice {
  Axis axis = Axis::positions;
  std::int64_t start = 0, count = 0, step = 1;
};
struct Pad {  // positions of constant value before and after
  std::int64_t left = 0, right = 0;
  float value = 0.0F;
};
struct Transpose {};  // positions become channels
// The value, row-major, is a tensor of `extents`; its axes are put in the order `order` (result axis i is axis
// order[i]), and the result, row-major, has this shape. At most eight axes. Heads after positions become heads before
// them: extents {positions, heads, depth}, order {1, 0, 2}, shape {heads * positions, depth}.
struct Permute {
  std::vector<std::int64_t> extents;
  std::vector<int> order;
  Shape shape;
};
struct Reshape {  // row-major; the size stays
  Shape shape;
};
struct Flatten {};   // positions × channels become channels of one position, row-major
struct Identity {};  // dropout and other layers that do nothing at inference

using Layer = std::variant<InputLayer, Constant, Conv1D, ConvTranspose1D, Dense, BatchNorm, LayerNorm, Activate,
                           Softmax, Pool, GlobalPool, Reduce, TopK, Hardmax, Add, Multiply, Concatenate, MatrixProduct,
                           Recurrence, Slice, Pad, Transpose, Permute, Reshape, Flatten, Identity>;

}  // namespace shoal::network
