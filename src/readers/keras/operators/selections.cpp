// SPDX-License-Identifier: MIT
// Keras operators that take, turn, add or join parts of values.
#include <fmt/core.h>

#include <limits>

#include "readers/keras/operators/operation.hpp"

namespace shoal::readers {

namespace {

using Operands = std::vector<OnnxOperand>;
using Integers = std::vector<std::int64_t>;

constexpr std::int64_t behind_all = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min() / 2;
constexpr std::int64_t largest_axis = std::int64_t{1} << 24;

// What x[…] means as ONNX's Slice, Squeeze and Unsqueeze.
struct Selection {
  Integers starts, ends, axes, steps;
  Integers dropped;  // axes of a single index, counted before they go
  Integers added;    // axes of None, counted after that

  void take(std::int64_t axis, std::int64_t start, std::int64_t end, std::int64_t step) {
    starts.push_back(start);
    ends.push_back(end);
    axes.push_back(axis);
    steps.push_back(step);
  }
};

bool is_object(KerasValue const& item, std::string_view type) {
  auto const* object = std::get_if<std::shared_ptr<KerasObject const>>(&item.value);
  return object != nullptr && (*object)->class_name == type;
}

bool is_ellipsis(KerasValue const& item) {
  return is_object(item, "__ellipsis__") || is_object(item, "Ellipsis");
}

// A member of a slice: a number or null.
std::int64_t bound(KerasOperation const& operation, KerasMembers const& slice, std::string_view name,
                   std::int64_t fallback) {
  auto const found = slice.find(name);
  if (found == slice.end() || found->second.is_null()) return fallback;
  auto const* number = std::get_if<std::int64_t>(&found->second.value);
  if (number == nullptr) operation.refuse(fmt::format("a bound of its slice is {}", shown(found->second)));
  return *number;
}

void add_slice(KerasOperation const& operation, KerasMembers const& slice, std::int64_t axis, Selection& selection) {
  std::int64_t const step = bound(operation, slice, "step", 1);
  std::int64_t const start = bound(operation, slice, "start", step < 0 ? behind_all : 0);
  std::int64_t const stop = bound(operation, slice, "stop", step < 0 ? before_all : behind_all);
  if (start != 0 || step != 1 || stop != behind_all) selection.take(axis, start, stop, step);
}

Selection selection_of(KerasOperation const& operation, std::vector<KerasValue> const& items, std::int64_t rank) {
  std::int64_t named = 0, axis = 0, behind = 0;
  for (KerasValue const& item : items) named += item.is_null() || is_ellipsis(item) ? 0 : 1;
  if (named > rank) operation.refuse("it takes parts of more axes than its input has");
  Selection selection;
  for (KerasValue const& item : items) {
    if (item.is_null()) {
      selection.added.push_back(behind++);
    } else if (is_ellipsis(item)) {
      behind += rank - named;
      axis += rank - named;
    } else if (auto const* index = std::get_if<std::int64_t>(&item.value)) {
      selection.take(axis, *index, *index == -1 ? behind_all : *index + 1, 1);
      selection.dropped.push_back(axis++);
    } else if (is_object(item, "__slice__")) {
      add_slice(operation, std::get<std::shared_ptr<KerasObject const>>(item.value)->members, axis++, selection);
      ++behind;
    } else {
      operation.refuse(fmt::format("its index {} is not supported", shown(item)));
    }
  }
  return selection;
}

Operands make_item(KerasOperation const& operation) {
  KerasValue const* key = operation.find({keras_argument(1), "key"});
  if (key == nullptr) operation.refuse("its index is missing");
  auto const* list = std::get_if<std::vector<KerasValue>>(&key->value);
  return selected_keras_items(operation, operation.first(), list == nullptr ? std::vector{*key} : *list);
}

// Axes given as one number or a list; without them all axes except the batch are meant.
Integers axes_of(KerasOperation const& operation) {
  Integers axes = operation.integers({keras_argument(1), "axis"});
  if (axes.empty()) operation.refuse("its axis is missing");
  return axes;
}

Operands make_flip(KerasOperation const& operation) {
  Integers const axes = axes_of(operation);
  std::size_t const count = axes.size();
  return {operation.apply(
      "Slice", {operation.first(), onnx_integers(Integers(count, behind_all)),
                onnx_integers(Integers(count, before_all)), onnx_integers(axes), onnx_integers(Integers(count, -1))})};
}

// Length of an axis of a value.
std::int64_t length_of(KerasOperation const& operation, OnnxOperand const& value, std::int64_t axis) {
  auto const* view = std::get_if<OnnxView>(&value);
  std::int64_t const rank = operation.rank(value), counted = axis < 0 ? axis + rank : axis;
  if (view == nullptr || counted < 1 || counted >= rank) {
    operation.refuse(fmt::format("axis {} is no axis of its input after the batch", axis));
  }
  return operation.making().graph.extent(*view, static_cast<std::size_t>(counted - 1));
}

OnnxOperand part_of(KerasOperation const& operation, OnnxOperand const& value, std::int64_t axis, std::int64_t start,
                    std::int64_t end, std::string_view part) {
  return operation.apply("Slice", {value, onnx_integers({start}), onnx_integers({end}), onnx_integers({axis})}, {},
                         part);
}

Operands make_roll(KerasOperation const& operation) {
  OnnxOperand const value = operation.first();
  Integers const shifts = operation.integers({"shift"}), axes = operation.integers({"axis"});
  if (shifts.size() != 1 || axes.size() != 1) operation.refuse("only one shift along one axis is supported");
  std::int64_t const length = length_of(operation, value, axes[0]);
  std::int64_t const shift = (shifts[0] % length + length) % length;
  if (shift == 0) return {value};
  OnnxOperand const end = part_of(operation, value, axes[0], length - shift, length, "end");
  OnnxOperand const begin = part_of(operation, value, axes[0], 0, length - shift, "begin");
  return {operation.apply("Concat", {end, begin}, {{"axis", onnx_attribute(axes[0])}})};
}

Operands make_concatenation(KerasOperation const& operation) {
  auto const axis = operation.integer({keras_argument(1), "axis"});
  return {operation.apply("Concat", operation.listed(), {{"axis", onnx_attribute(axis.value_or(0))}})};
}

Operands make_stack(KerasOperation const& operation) {
  std::int64_t const axis = operation.integer({keras_argument(1), "axis"}).value_or(0);
  Operands parts = operation.listed();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = operation.apply("Unsqueeze", {parts[i], onnx_integers({axis})}, {}, fmt::format("{}", i));
  }
  return {operation.apply("Concat", parts, {{"axis", onnx_attribute(axis)}})};
}

Operands make_split(KerasOperation const& operation) {
  OnnxOperand const value = operation.first();
  std::int64_t const axis = operation.integer({"axis"}).value_or(0), length = length_of(operation, value, axis);
  KerasValue const* given = operation.find({keras_argument(1), "indices_or_sections", "num_or_size_splits"});
  Integers sizes = operation.integers({keras_argument(1), "indices_or_sections", "num_or_size_splits"});
  if (given == nullptr || sizes.empty()) operation.refuse("its parts are missing");
  bool const is_count = std::holds_alternative<std::int64_t>(given->value);
  if (is_count) {
    std::int64_t const count = sizes[0];
    if (count < 1 || length % count != 0) operation.refuse(fmt::format("{} elements make no {} parts", length, count));
    sizes.assign(static_cast<std::size_t>(count), length / count);
  } else if (operation.find({"indices_or_sections"}) != nullptr) {
    // Places where a new part begins.
    sizes.push_back(length);
    for (std::size_t i = sizes.size(); i-- > 1;) sizes[i] -= sizes[i - 1];
  }
  std::size_t const parts = sizes.size();
  return operation.apply_all("Split", {value, onnx_integers(std::move(sizes))}, {{"axis", onnx_attribute(axis)}},
                             parts);
}

Operands make_pad(KerasOperation const& operation) {
  OnnxOperand const value = operation.first();
  KerasValue const* given = operation.find({keras_argument(1), "pad_width", "paddings"});
  OnnxOperand const widths = given == nullptr ? onnx_number(0) : operation.operand(*given);
  auto const& table = std::get<OnnxTensor>(widths);
  std::int64_t const rank = operation.rank(value);
  if (table.dims != Integers{rank, 2}) operation.refuse("its widths are not two for each axis");
  Integers pads;
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t i = side; i < table.floats.size(); i += 2)
      pads.push_back(static_cast<std::int64_t>(table.floats[i]));
  }
  KerasValue const* mode = operation.find({"mode"});
  auto const* name = mode == nullptr ? nullptr : std::get_if<std::string>(&mode->value);
  if (mode != nullptr && (name == nullptr || (*name != "constant" && *name != "CONSTANT"))) {
    operation.refuse(fmt::format("mode {} is not supported", shown(*mode)));
  }
  return {operation.apply("Pad", {value, onnx_integers(pads), onnx_number(operation.real({"constant_values"}, 0))})};
}

OnnxOperand gathered(KerasOperation const& operation, OnnxOperand const& value, std::int64_t axis, Integers places,
                     std::string_view part = {}) {
  return operation.apply("Gather", {value, onnx_integers(std::move(places))}, {{"axis", onnx_attribute(axis)}}, part);
}

Operands make_take(KerasOperation const& operation) {
  auto const axis = operation.integer({"axis"});
  KerasValue const* given = operation.find({keras_argument(1), "indices"});
  OnnxOperand const indices = given == nullptr ? onnx_number(0) : operation.operand(*given);
  auto const* tensor = std::get_if<OnnxTensor>(&indices);
  if (given == nullptr || tensor == nullptr || !axis)
    operation.refuse("only constant indices along an axis are supported");
  OnnxTensor places{tensor->dims, false, {}, {}};
  for (float const place : tensor->floats) places.integers.push_back(static_cast<std::int64_t>(place));
  return {operation.apply("Gather", {operation.first(), places}, {{"axis", onnx_attribute(*axis)}})};
}

// Repeats each element `times` in turn, or all elements again and again.
Integers repeated(KerasOperation const& operation, std::int64_t length, std::int64_t times, bool in_turn) {
  if (times < 1 || times > largest_axis / length) operation.refuse(fmt::format("{} repeats are not supported", times));
  Integers places;
  for (std::int64_t i = 0; i < length * times; ++i) places.push_back(in_turn ? i / times : i % length);
  return places;
}

Operands make_repeat(KerasOperation const& operation) {
  OnnxOperand const value = operation.first();
  Integers const times = operation.integers({"repeats"}), axes = operation.integers({"axis"});
  if (times.size() != 1 || axes.size() != 1) operation.refuse("only one number of repeats along one axis is supported");
  return {
      gathered(operation, value, axes[0], repeated(operation, length_of(operation, value, axes[0]), times[0], true))};
}

Operands make_tile(KerasOperation const& operation) {
  OnnxOperand value = operation.first();
  Integers const times = operation.integers({keras_argument(1), "repeats", "multiples"});
  if (static_cast<std::int64_t>(times.size()) != operation.rank(value)) {
    operation.refuse("its numbers of repeats are not one for each axis");
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] == 1) continue;
    auto const axis = static_cast<std::int64_t>(i);
    Integers places = repeated(operation, length_of(operation, value, axis), times[i], false);
    value = gathered(operation, value, axis, std::move(places), fmt::format("{}", i));
  }
  return {value};
}

}  // namespace

Operands selected_keras_items(KerasOperation const& operation, OnnxOperand value,
                              std::vector<KerasValue> const& items) {
  Selection const selection = selection_of(operation, items, operation.rank(value));
  if (!selection.starts.empty()) {
    value = operation.apply("Slice",
                            {value, onnx_integers(selection.starts), onnx_integers(selection.ends),
                             onnx_integers(selection.axes), onnx_integers(selection.steps)},
                            {}, "slice");
  }
  if (!selection.dropped.empty()) {
    value = operation.apply("Squeeze", {value, onnx_integers(selection.dropped)}, {}, "squeeze");
  }
  if (!selection.added.empty()) {
    value = operation.apply("Unsqueeze", {value, onnx_integers(selection.added)}, {}, "expand");
  }
  return {value};
}

void add_keras_selections(KerasOperators& operators) {
  operators["GetItem"] = make_item;
  operators["Flip"] = make_flip;
  operators["Roll"] = make_roll;
  operators["Concatenate"] = make_concatenation;
  operators["Stack"] = make_stack;
  operators["Split"] = make_split;
  operators["Pad"] = make_pad;
  operators["Take"] = make_take;
  operators["Repeat"] = make_repeat;
  operators["Tile"] = make_tile;
}

}  // namespace shoal::readers
