// SPDX-License-Identifier: MIT
#include "readers/keras/graph/making.hpp"

#include <fmt/core.h>

#include <cmath>
#include <string>

#include "base/text.hpp"

namespace shoal::readers {

std::int64_t Making::channels() const {
  return rank() == 0 ? 1 : graph.extent(input, rank() - 1);
}

TensorView Making::matrix(std::size_t index) const {
  TensorView const& view = inputs[index];
  if (view.axes.empty()) options.refuse("its input is a single number");
  return graph.as_matrix(view, view.axes.size() - 1);
}

TensorView Making::sequence(std::size_t index) const {
  options.require_text({"data_format"}, "channels_last");
  if (inputs[index].axes.size() != 2) {
    options.refuse(inputs[index].axes.size() < 2 ? "its input has no positions left"
                                                 : "its input has more axes than positions and channels");
  }
  return matrix(index);
}

int Making::add(network::Layer made, std::vector<int> from, std::string_view part) const {
  std::string const name = part.empty() ? layer.name : fmt::format("{}/{}", layer.name, part);
  return graph.add(name, layer.class_name, std::move(made), std::move(from));
}

TensorView Making::same(network::Layer made, TensorView const& view, std::string_view part) const {
  return {add(std::move(made), {view.node}, part), view.axes};
}

TensorView Making::value(int node, bool flat) const {
  if (flat) return graph.tidy({node, {{network::Axis::channels}}});
  return graph.tidy({node, {{network::Axis::positions}, {network::Axis::channels}}});
}

TensorView Making::activated(TensorView const& view, std::string_view option) const {
  return apply_activation(*this, view, option, false);
}

TensorView Making::scaled(TensorView const& view, float scale, float shift, std::string_view part) const {
  auto const count = static_cast<std::size_t>(graph.node(view.node).shape.channels);
  return same(network::BatchNorm{std::vector<float>(count, scale), std::vector<float>(count, shift)}, view, part);
}

std::size_t Making::axis(std::int64_t counted) const {
  auto const axes = static_cast<std::int64_t>(rank());
  std::int64_t const index = counted < 0 ? counted + axes : counted - 1;
  if (index < 0 || index >= axes) options.refuse(fmt::format("axis {} is not one of its input's", counted));
  return static_cast<std::size_t>(index);
}

network::Padding padding_of(KerasOptions const& options) {
  std::string const name = options.text({"padding", "border_mode"}, "valid");
  if (name == "same") return network::Padding::same;
  if (name != "valid")
    options.refuse(fmt::format("padding {} is not supported (valid and same are)", shoal::quoted(name)));
  return network::Padding::valid;
}

float finite(KerasOptions const& options, Spellings names, double fallback) {
  auto const value = static_cast<float>(options.real(names, fallback));
  if (!std::isfinite(value)) options.refuse(fmt::format("its option '{}' is not finite", *names.begin()));
  return value;
}

}  // namespace shoal::readers
