// SPDX-License-Identifier: MIT
// The uses of a Keras model's layers, and which of them a reference means.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "readers/keras/file/json.hpp"
#include "readers/keras/file/options.hpp"

namespace shoal::readers {

// "conv", "conv@2", …: `use` counts from 0.
std::string keras_use_name(std::string const& layer, std::int64_t use);
// "conv", "conv:1", …
std::string keras_output_name(std::string const& use, std::int64_t output);

class KerasUses {
 public:
  // A layer of the model, with what its uses refer to.
  void add_layer(std::string const& name, Json const& layer);
  // What the model's outputs refer to.
  void add_references(std::vector<KerasReference> const& references);

  // Refuses a layer if other layers refer to fewer uses than it has: Keras 3.2, for one, writes two uses of a model
  // inside a model as one and the same, and cannot read such a file itself.
  void require_all_read(std::string const& name, KerasOptions const& options) const;

  // Names of the outputs that are referred to, after all layers were added.
  std::vector<std::string> names_of(std::vector<KerasReference> const& references) const;

 private:
  struct Layer {
    std::size_t uses = 0;
    std::set<std::int64_t> numbers;  // references by which others name its uses
  };

  std::map<std::string, Layer> layers_;
};

}  // namespace shoal::readers
