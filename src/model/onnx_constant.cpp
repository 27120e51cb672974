// SPDX-License-Identifier: MIT
// fold_onnx_constant: the arithmetic of shapes and weights that exporters leave in the graph.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "model/onnx_call.hpp"

namespace shoal::model {

namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::int64_t largest_constant = std::int64_t{1} << 28;

std::int64_t count_of(OnnxCall const& call, Dims const& dims) {
  std::int64_t count = 1;
  for (std::int64_t const extent : dims) {
    if (extent < 0 || (extent > 0 && count > largest_constant / extent)) call.refuse("a constant is too large");
    count *= extent;
  }
  return count;
}

// Row-major strides; 0 for axes of one element, which are broadcast.
Dims strides_of(Dims const& dims, std::size_t rank) {
  Dims strides(rank, 0);
  std::int64_t step = 1;
  for (std::size_t i = dims.size(); i-- > 0;) {
    strides[rank - dims.size() + i] = dims[i] == 1 ? 0 : step;
    step *= dims[i];
  }
  return strides;
}

// Calls `visit(offsets)` for every element of `dims` in row-major order, one offset for each list of strides.
void walk(Dims const& dims, std::vector<Dims> const& strides, std::int64_t count,
          std::function<void(std::vector<std::int64_t> const&)> const& visit) {
  Dims index(dims.size(), 0);
  std::vector<std::int64_t> offsets(strides.size(), 0);
  for (std::int64_t done = 0; done < count; ++done) {
    visit(offsets);
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      for (std::size_t s = 0; s < strides.size(); ++s) offsets[s] += strides[s][axis];
      if (++index[axis] < dims[axis]) break;
      for (std::size_t s = 0; s < strides.size(); ++s) offsets[s] -= strides[s][axis] * dims[axis];
      index[axis] = 0;
    }
  }
}

std::size_t axis_of(OnnxCall const& call, std::int64_t axis, std::size_t rank) {
  std::int64_t const counted = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
  if (counted < 0 || counted >= static_cast<std::int64_t>(rank)) call.refuse("its axis is outside its operand");
  return static_cast<std::size_t>(counted);
}

// Elements of `from` at the offsets that `strides` and `start` give, as a tensor of `dims`.
OnnxTensor gathered(OnnxCall const& call, OnnxTensor const& from, Dims const& dims, Dims const& strides,
                    std::int64_t start) {
  OnnxTensor made{dims, from.is_float, {}, {}};
  walk(dims, {strides}, count_of(call, dims), [&](auto const& offsets) {
    auto const at = static_cast<std::size_t>(start + offsets[0]);
    if (from.is_float) {
      made.floats.push_back(from.floats.at(at));
    } else {
      made.integers.push_back(from.integers.at(at));
    }
  });
  return made;
}

std::int64_t integer_result(OnnxCall const& call, std::int64_t a, std::int64_t b) {
  std::string const& name = call.operation();
  if (is_batch_multiple(a) || is_batch_multiple(b)) {
    bool const stays_multiple = (name == "Mul" && (is_batch_multiple(a) ? b : a) > 0) ||
                                (name == "Div" && b > 0 && is_batch_multiple(a) && a / batch_size_marker % b == 0);
    if (!stays_multiple) call.refuse("it computes with the number of sequences");
  }
  std::int64_t made = 0;
  bool overflow = false;
  if (name == "Add") {
    overflow = __builtin_add_overflow(a, b, &made);
  } else if (name == "Sub") {
    overflow = __builtin_sub_overflow(a, b, &made);
  } else if (name == "Mul") {
    overflow = __builtin_mul_overflow(a, b, &made);
  } else if (name == "Mod") {
    // As in Python: the sign of the divisor.
    overflow = b == 0 || b == -1;
    if (!overflow) made = (a % b + b) % b;
  } else {
    overflow = b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min());
    if (!overflow) made = a / b;
  }
  if (overflow) call.refuse("its constants overflow");
  return made;
}

float float_result(std::string const& name, float a, float b) {
  if (name == "Add") return a + b;
  if (name == "Sub") return a - b;
  if (name == "Mul") return a * b;
  if (name == "Pow") return std::pow(a, b);
  return a / b;
}

OnnxTensor binary(OnnxCall const& call) {
  OnnxTensor const &left = call.constant(0), &right = call.constant(1);
  if (left.is_float != right.is_float) call.refuse("its constants are of different types");
  if (left.is_float && call.operation() == "Mod") call.refuse("remainders of fractions are not supported");
  if (!left.is_float && call.operation() == "Pow") call.refuse("powers of whole numbers are not supported");
  std::size_t const rank = std::max(left.dims.size(), right.dims.size());
  Dims dims(rank, 1);
  for (std::size_t i = 0; i < rank; ++i) {
    auto const at = [&](Dims const& of) { return i + of.size() < rank ? 1 : of[i + of.size() - rank]; };
    std::int64_t const a = at(left.dims), b = at(right.dims);
    if (a != b && a != 1 && b != 1) call.refuse("its constants' shapes do not fit together");
    dims[i] = a == 1 ? b : a;
  }
  OnnxTensor made{dims, left.is_float, {}, {}};
  walk(dims, {strides_of(left.dims, rank), strides_of(right.dims, rank)}, count_of(call, dims), [&](auto const& at) {
    auto const a = static_cast<std::size_t>(at[0]), b = static_cast<std::size_t>(at[1]);
    if (left.is_float) {
      made.floats.push_back(float_result(call.operation(), left.floats[a], right.floats[b]));
    } else {
      made.integers.push_back(integer_result(call, left.integers[a], right.integers[b]));
    }
  });
  return made;
}

OnnxTensor unary(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  std::string const& name = call.operation();
  for (float& value : made.floats) {
    value = name == "Sqrt"    ? std::sqrt(value)
            : name == "Neg"   ? -value
            : name == "Exp"   ? std::exp(value)
            : name == "Floor" ? std::floor(value)
            : name == "Ceil"  ? std::ceil(value)
                              : 1.0F / value;
  }
  for (std::int64_t& value : made.integers) {
    if (name != "Neg" || is_batch_multiple(value)) call.refuse("its operand holds whole numbers");
    if (__builtin_sub_overflow(std::int64_t{0}, value, &value)) call.refuse("its constants overflow");
  }
  return made;
}

OnnxTensor reshaped(OnnxCall const& call, OnnxTensor tensor, Dims dims) {
  tensor.dims = std::move(dims);
  if (count_of(call, tensor.dims) != static_cast<std::int64_t>(tensor.size())) call.refuse("its shape does not fit");
  return tensor;
}

OnnxTensor fold_reshape(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims dims = call.integers(1);
  std::int64_t known = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && i < from.dims.size()) dims[i] = from.dims[i];
    if (dims[i] > 0) known = count_of(call, {known, dims[i]});
  }
  for (std::int64_t& extent : dims) {
    if (extent == -1) extent = known == 0 ? 0 : static_cast<std::int64_t>(from.size()) / known;
  }
  return reshaped(call, from, dims);
}

OnnxTensor fold_squeeze(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims const given = call.has(1) ? call.integers(1) : call.integers("axes");
  Dims dims;
  for (std::size_t i = 0; i < from.dims.size(); ++i) {
    bool drop = given.empty() && from.dims[i] == 1;
    for (std::int64_t const axis : given) drop = drop || axis_of(call, axis, from.dims.size()) == i;
    if (!drop) dims.push_back(from.dims[i]);
  }
  return reshaped(call, from, dims);
}

OnnxTensor fold_unsqueeze(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims const given = call.has(1) ? call.integers(1) : call.integers("axes");
  std::size_t const rank = from.dims.size() + given.size();
  if (rank > 8) call.refuse("it adds too many axes");
  Dims dims(rank, 0);
  for (std::int64_t const axis : given) dims[axis_of(call, axis, rank)] = 1;
  std::size_t next = 0;
  for (std::int64_t& extent : dims) {
    if (extent == 0 && next < from.dims.size()) extent = from.dims[next++];
  }
  return reshaped(call, from, dims);
}

OnnxTensor fold_transpose(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims order = call.integers("perm");
  std::size_t const rank = from.dims.size();
  if (order.empty()) {
    for (std::size_t i = rank; i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  }
  if (order.size() != rank) call.refuse("its order of axes is impossible");
  Dims const steps = strides_of(from.dims, rank);
  Dims dims, strides;
  for (std::int64_t const axis : order) {
    dims.push_back(from.dims[axis_of(call, axis, rank)]);
    strides.push_back(steps[axis_of(call, axis, rank)]);
  }
  if (count_of(call, dims) != static_cast<std::int64_t>(from.size())) call.refuse("its order of axes is impossible");
  return gathered(call, from, dims, strides, 0);
}

OnnxTensor fold_concatenation(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  if (made.dims.size() != 1) call.refuse("joining constants of several axes is not supported");
  for (std::size_t i = 1; i < call.operand_count(); ++i) {
    OnnxTensor const& next = call.constant(i);
    if (next.dims.size() != 1 || next.is_float != made.is_float) call.refuse("its constants do not fit together");
    made.floats.insert(made.floats.end(), next.floats.begin(), next.floats.end());
    made.integers.insert(made.integers.end(), next.integers.begin(), next.integers.end());
    made.dims[0] += next.dims[0];
  }
  return made;
}

OnnxTensor fold_gather(OnnxCall const& call) {
  OnnxTensor const &from = call.constant(0), &indices = call.constant(1);
  if (from.dims.size() != 1 || indices.dims.size() > 1) call.refuse("only lists can be indexed");
  axis_of(call, call.integer("axis", 0), 1);
  OnnxTensor made{indices.dims, from.is_float, {}, {}};
  for (std::int64_t const index : call.integers(1)) {
    std::size_t const at = axis_of(call, index, from.size());
    if (from.is_float) {
      made.floats.push_back(from.floats[at]);
    } else {
      made.integers.push_back(from.integers[at]);
    }
  }
  return made;
}

OnnxTensor fold_slice(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  bool const as_inputs = call.opset() >= 10;
  Dims const starts = as_inputs ? call.integers(1) : call.integers("starts");
  Dims const ends = as_inputs ? call.integers(2) : call.integers("ends");
  Dims axes = as_inputs && call.has(3) ? call.integers(3) : as_inputs ? Dims{} : call.integers("axes");
  Dims const steps = as_inputs && call.has(4) ? call.integers(4) : Dims(starts.size(), 1);
  for (std::size_t i = axes.size(); i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  bool const fits = ends.size() == starts.size() && axes.size() == starts.size() && steps == Dims(starts.size(), 1);
  if (!fits) call.refuse("constants can only be sliced in steps of one");
  Dims dims = from.dims;
  std::int64_t first = 0;
  Dims distances(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) distances[i - 1] = distances[i] * dims[i];
  for (std::size_t i = 0; i < starts.size(); ++i) {
    std::size_t const axis = axis_of(call, axes[i], dims.size());
    std::int64_t const extent = from.dims[axis];
    auto const place = [&](std::int64_t index) {
      return std::clamp<std::int64_t>(index < 0 ? std::max(index, -extent) + extent : index, 0, extent);
    };
    first += place(starts[i]) * distances[axis];
    dims[axis] = std::max<std::int64_t>(place(ends[i]) - place(starts[i]), 0);
  }
  return gathered(call, from, dims, distances, first);
}

// Matrices only: what positional features become, say.
OnnxTensor fold_product(OnnxCall const& call) {
  Dims const &left = call.constant(0).dims, &right = call.constant(1).dims;
  if (left.size() != 2 || right.size() != 2 || left[1] != right[0])
    call.refuse("its constants are no matrices that fit");
  std::vector<float> const &a = call.floats(0), &b = call.floats(1);
  OnnxTensor made{{left[0], right[1]}, true, {}, {}};
  made.floats.resize(static_cast<std::size_t>(count_of(call, made.dims)));
  for (std::int64_t i = 0; i < left[0]; ++i) {
    for (std::int64_t j = 0; j < right[1]; ++j) {
      double sum = 0.0;
      for (std::int64_t k = 0; k < left[1]; ++k) {
        sum += static_cast<double>(a[static_cast<std::size_t>(i * left[1] + k)]) *
               static_cast<double>(b[static_cast<std::size_t>(k * right[1] + j)]);
      }
      made.floats[static_cast<std::size_t>(i * right[1] + j)] = static_cast<float>(sum);
    }
  }
  return made;
}

// The same for every sequence: a batch that it is repeated for stays one.
OnnxTensor fold_expand(OnnxCall const& call) {
  OnnxTensor const& from = call.constant(0);
  Dims dims = call.integers(1);
  std::replace(dims.begin(), dims.end(), batch_size_marker, std::int64_t{1});
  std::size_t const rank = std::max(dims.size(), from.dims.size());
  dims.insert(dims.begin(), rank - dims.size(), 1);
  for (std::size_t i = 0; i < rank; ++i) {
    std::size_t const missing = rank - from.dims.size();
    std::int64_t const extent = i < missing ? 1 : from.dims[i - missing];
    if (extent != 1 && dims[i] != 1 && dims[i] != extent) call.refuse("its shape does not fit");
    if (dims[i] == 1) dims[i] = extent;
  }
  return gathered(call, from, dims, strides_of(from.dims, rank), 0);
}

OnnxTensor fold_cast(OnnxCall const& call) {
  OnnxTensor made = call.constant(0);
  std::int64_t const type = call.integer("to", 1);
  bool const to_float = type == 1 || type == 10 || type == 11 || type == 16;
  if (to_float == made.is_float) return made;
  for (std::int64_t const value : made.integers) {
    if (is_batch_multiple(value)) call.refuse("it computes with the number of sequences");
    made.floats.push_back(static_cast<float>(value));
  }
  if (!to_float) {
    for (float const value : made.floats) {
      if (!(std::abs(value) < 1e15F)) call.refuse("its operand is no whole number");
      made.integers.push_back(static_cast<std::int64_t>(value));
    }
    made.floats.clear();
  } else {
    made.integers.clear();
  }
  made.is_float = to_float;
  return made;
}

OnnxTensor fold_constant(OnnxCall const& call) {
  static constexpr std::array names = {"value", "value_float", "value_int", "value_floats", "value_ints"};
  for (char const* name : names) {
    if (OnnxAttribute const* found = call.attribute(name)) {
      if (found->kind != OnnxAttribute::Kind::other && found->kind != OnnxAttribute::Kind::text) return found->tensor;
    }
  }
  call.refuse("it holds no numbers");
}

OnnxTensor fold_filled(OnnxCall const& call) {
  OnnxAttribute const* value = call.attribute("value");
  OnnxTensor made{call.integers(0), true, {}, {}};
  // The same for every sequence: one row serves all.
  std::replace(made.dims.begin(), made.dims.end(), batch_size_marker, std::int64_t{1});
  auto const count = static_cast<std::size_t>(count_of(call, made.dims));
  if (value != nullptr && value->tensor.size() != 1) call.refuse("its value is no single number");
  made.is_float = value == nullptr || value->tensor.is_float;
  if (made.is_float) {
    made.floats.assign(count, value == nullptr ? 0.0F : value->tensor.floats[0]);
  } else {
    made.integers.assign(count, value->tensor.integers[0]);
  }
  return made;
}

OnnxTensor fold_shape(OnnxCall const& call) {
  Dims const& dims = call.constant(0).dims;
  if (call.has_attribute("start") || call.has_attribute("end")) call.refuse("a part of a constant's shape");
  return {{static_cast<std::int64_t>(dims.size())}, false, {}, dims};
}

OnnxTensor fold_identity(OnnxCall const& call) {
  return call.constant(0);
}

}  // namespace

std::optional<OnnxTensor> fold_onnx_constant(OnnxCall const& call) {
  static std::map<std::string_view, OnnxTensor (*)(OnnxCall const&)> const folds = {{"Constant", fold_constant},
                                                                                    {"ConstantOfShape", fold_filled},
                                                                                    {"Shape", fold_shape},
                                                                                    {"Identity", fold_identity},
                                                                                    {"Add", binary},
                                                                                    {"Sub", binary},
                                                                                    {"Mul", binary},
                                                                                    {"Div", binary},
                                                                                    {"Pow", binary},
                                                                                    {"Mod", binary},
                                                                                    {"Sqrt", unary},
                                                                                    {"Neg", unary},
                                                                                    {"Exp", unary},
                                                                                    {"Floor", unary},
                                                                                    {"Ceil", unary},
                                                                                    {"Reciprocal", unary},
                                                                                    {"Reshape", fold_reshape},
                                                                                    {"Squeeze", fold_squeeze},
                                                                                    {"Unsqueeze", fold_unsqueeze},
                                                                                    {"Transpose", fold_transpose},
                                                                                    {"Concat", fold_concatenation},
                                                                                    {"Gather", fold_gather},
                                                                                    {"Slice", fold_slice},
                                                                                    {"Expand", fold_expand},
                                                                                    {"MatMul", fold_product},
                                                                                    {"Cast", fold_cast}};
  auto const fold = folds.find(call.operation());
  if (fold == folds.end() || !call.all_constant()) return std::nullopt;
  return fold->second(call);
}

}  // namespace shoal::model
