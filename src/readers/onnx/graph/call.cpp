// SPDX-License-Identifier: MIT
#include "readers/onnx/graph/call.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::readers {

std::string OnnxCall::where() const {
  std::string const output = node_.outputs.empty() ? "" : node_.outputs.front();
  return fmt::format("node {} of operator {} in {}", shoal::quoted(node_.name.empty() ? output : node_.name),
                     shoal::quoted(node_.operation), graph_.network().source);
}

void OnnxCall::refuse(std::string_view text) const {
  fail(ErrorCode::input, fmt::format("{}: {}", where(), text));
}

OnnxOperand const& OnnxCall::operand(std::size_t index) const {
  if (!has(index)) refuse(fmt::format("its input {} is missing", index));
  return *operands_[index];
}

bool OnnxCall::is_constant(std::size_t index) const {
  return std::holds_alternative<OnnxTensor>(operand(index));
}

bool OnnxCall::all_constant() const {
  return std::all_of(operands_.begin(), operands_.end(),
                     [](auto const& each) { return !each || std::holds_alternative<OnnxTensor>(*each); });
}

OnnxView const& OnnxCall::any_view(std::size_t index) const {
  auto const* view = std::get_if<OnnxView>(&operand(index));
  if (view != nullptr) return *view;
  bool const is_places = std::holds_alternative<OnnxPlaces>(operand(index));
  refuse(fmt::format("its input {} is {}, which is not supported", index,
                     is_constant(index) ? "constant" : (is_places ? "the place of a largest element" : "a mask")));
}

OnnxView const& OnnxCall::view(std::size_t index) const {
  OnnxView const& found = any_view(index);
  if (found.batch != BatchPlace{}) refuse("its first axis is not the batch alone, which is not supported");
  return found;
}

OnnxView OnnxCall::value(std::size_t index) const {
  if (!is_constant(index)) return view(index);
  std::vector<std::int64_t> const& dims = constant(index).dims;
  if (dims.empty() || dims[0] != 1) refuse(fmt::format("its constant input {} has no batch axis of one", index));
  return graph_.add_constant(node_.name + "/constant", {dims.begin() + 1, dims.end()}, floats(index), node_.operation);
}

OnnxTensor const& OnnxCall::constant(std::size_t index) const {
  auto const* tensor = std::get_if<OnnxTensor>(&operand(index));
  if (tensor == nullptr) {
    refuse(fmt::format("its input {} ({}) is computed from the sequence, and only a constant is supported", index,
                       shoal::quoted(node_.inputs[index])));
  }
  return *tensor;
}

std::vector<float> const& OnnxCall::floats(std::size_t index) const {
  OnnxTensor const& tensor = constant(index);
  if (!tensor.is_float) refuse(fmt::format("its input {} should hold floating-point numbers", index));
  if (!std::all_of(tensor.floats.begin(), tensor.floats.end(), [](float value) { return std::isfinite(value); })) {
    refuse(
        fmt::format("its input {} ({}) holds values that are not finite", index, shoal::quoted(node_.inputs[index])));
  }
  return tensor.floats;
}

std::vector<std::int64_t> const& OnnxCall::integers(std::size_t index) const {
  OnnxTensor const& tensor = constant(index);
  if (tensor.is_float) refuse(fmt::format("its input {} should hold whole numbers", index));
  return tensor.integers;
}

OnnxAttribute const* OnnxCall::attribute(std::string_view name) const {
  auto const found = node_.attributes.find(name);
  return found == node_.attributes.end() ? nullptr : &found->second;
}

bool OnnxCall::has_attribute(std::string_view name) const {
  return attribute(name) != nullptr;
}

std::int64_t OnnxCall::integer(std::string_view name, std::int64_t fallback) const {
  OnnxAttribute const* found = attribute(name);
  if (found == nullptr) return fallback;
  if (found->kind != OnnxAttribute::Kind::integer) refuse(fmt::format("its attribute '{}' is no whole number", name));
  return found->tensor.integers.front();
}

float OnnxCall::real(std::string_view name, float fallback) const {
  OnnxAttribute const* found = attribute(name);
  if (found == nullptr) return fallback;
  if (found->kind != OnnxAttribute::Kind::real || !std::isfinite(found->tensor.floats.front())) {
    refuse(fmt::format("its attribute '{}' is no finite number", name));
  }
  return found->tensor.floats.front();
}

std::string OnnxCall::text(std::string_view name, std::string_view fallback) const {
  OnnxAttribute const* found = attribute(name);
  if (found == nullptr) return std::string(fallback);
  if (found->kind != OnnxAttribute::Kind::text) refuse(fmt::format("its attribute '{}' is no text", name));
  return found->text;
}

std::vector<std::int64_t> OnnxCall::integers(std::string_view name) const {
  OnnxAttribute const* found = attribute(name);
  if (found == nullptr) return {};
  bool const list = found->kind == OnnxAttribute::Kind::integers || found->kind == OnnxAttribute::Kind::integer;
  if (!list) refuse(fmt::format("its attribute '{}' is no list of whole numbers", name));
  return found->tensor.integers;
}

std::vector<std::string> OnnxCall::texts(std::string_view name) const {
  OnnxAttribute const* found = attribute(name);
  if (found == nullptr) return {};
  if (found->kind != OnnxAttribute::Kind::texts) refuse(fmt::format("its attribute '{}' is no list of texts", name));
  std::vector<std::string> texts;
  for (std::string_view const each : split(found->text, '\n')) texts.emplace_back(each);
  texts.pop_back();
  return texts;
}

std::size_t OnnxCall::view_axis(std::int64_t axis, OnnxView const& view) const {
  BatchPlace const& place = view.batch;
  auto const merged = static_cast<std::int64_t>(place.before + place.behind);
  std::int64_t const rank = static_cast<std::int64_t>(view.axes.size()) + 1 - merged;
  if (axis < -rank || axis >= rank) refuse(fmt::format("axis {} is not one of its {} axes", axis, rank));
  std::int64_t const counted = axis < 0 ? axis + rank : axis;
  auto const batch = static_cast<std::int64_t>(place.axis - place.before);
  if (counted == batch) refuse("it works along the batch axis, which is not supported");
  return static_cast<std::size_t>(counted < batch ? counted : counted - 1 + merged);
}

int OnnxCall::add(network::Layer layer, std::vector<int> inputs, std::string_view part) const {
  std::string name = !node_.name.empty() ? node_.name : node_.outputs.empty() ? "" : node_.outputs.front();
  if (!part.empty()) name += fmt::format("/{}", part);
  return graph_.add(name, node_.operation, std::move(layer), std::move(inputs));
}

OnnxView OnnxCall::add_same(network::Layer layer, OnnxView const& view, std::string_view part) const {
  return {add(std::move(layer), {view.node}, part), view.axes, view.batch};
}

OnnxView OnnxCall::scaled(OnnxView const& view, double scale, double shift, std::string_view part) const {
  if (scale == 1.0 && shift == 0.0) return view;
  // Exporters double and halve (GELU): factors that cancel are left out.
  UniformScale const before = graph_.uniform_scale(view.node);
  if (shift == 0 && before.shift == 0 && before.of != view.node && before.scale * scale == 1) {
    return {before.of, view.axes, view.batch};
  }
  auto const narrow_scale = static_cast<float>(scale), narrow_shift = static_cast<float>(shift);
  if (!std::isfinite(narrow_scale) || !std::isfinite(narrow_shift)) refuse("a constant of it is not finite");
  auto const channels = static_cast<std::size_t>(graph_.node(view.node).shape.channels);
  return add_same(
      network::BatchNorm{std::vector<float>(channels, narrow_scale), std::vector<float>(channels, narrow_shift)}, view,
      part);
}

}  // namespace shoal::readers
