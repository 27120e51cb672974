// SPDX-License-Identifier: MIT
#include "readers/keras/graph/uses.hpp"

#include <fmt/core.h>

#include <iterator>

namespace shoal::readers {

std::string keras_use_name(std::string const& layer, std::int64_t use) {
  return use == 0 ? layer : fmt::format("{}@{}", layer, use + 1);
}

std::string keras_output_name(std::string const& use, std::int64_t output) {
  return output == 0 ? use : fmt::format("{}:{}", use, output);
}

void KerasUses::add_layer(std::string const& name, Json const& layer) {
  std::vector<Json> const uses = uses_of(layer);
  layers_[name].uses = uses.size();
  for (Json const& use : uses) add_references(use_of(use).inputs);
}

void KerasUses::add_references(std::vector<KerasReference> const& references) {
  for (KerasReference const& each : references) layers_[each.layer].numbers.insert(each.use);
}

void KerasUses::require_all_read(std::string const& name, KerasOptions const& options) const {
  auto const found = layers_.find(name);
  if (found == layers_.end() || found->second.uses <= 1 || found->second.numbers.size() >= found->second.uses) return;
  options.refuse(
      "it is used several times, and the file does not tell the uses apart: save the network with another Keras "
      "version");
}

std::vector<std::string> KerasUses::names_of(std::vector<KerasReference> const& references) const {
  std::vector<std::string> names;
  for (KerasReference const& each : references) {
    std::int64_t use = each.use;
    auto const found = layers_.find(each.layer);
    if (found != layers_.end()) {
      // Some versions count a model's own building as its first use, or a use by a model that is not in the file. What
      // the file holds is numbered in its order.
      auto const& [uses, numbers] = found->second;
      if (uses <= 1) use = 0;
      if (uses > 1 && uses == numbers.size()) use = std::distance(numbers.begin(), numbers.find(use));
    }
    names.push_back(keras_output_name(keras_use_name(each.layer, use), each.output));
  }
  return names;
}

}  // namespace shoal::readers
