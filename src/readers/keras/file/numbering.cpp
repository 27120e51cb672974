// SPDX-License-Identifier: MIT
#include "readers/keras/file/numbering.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::readers {

namespace {

using Parts = std::vector<std::string_view>;

// The groups that hold a model's layers: Keras 3 and TensorFlow 2.15; TensorFlow 2.12 to 2.14.
constexpr std::string_view layers = "layers", dependencies = "_layer_checkpoint_dependencies";

bool holds_layers(std::string_view part) {
  return part == layers || part == dependencies;
}

// The parts of a layer that hold weights of their own, in the order in which Keras lists the weights.
int place_of_part(Parts const& inside) {
  static std::array<std::string_view, 7> const order = {"",          "forward_layer", "backward_layer", "query_dense",
                                                        "key_dense", "value_dense",   "output_dense"};
  std::string_view first = inside.empty() ? std::string_view{} : inside.front();
  if (first.starts_with('_')) first.remove_prefix(1);
  auto const found = std::find(order.begin(), order.end(), first);
  return found == order.end() ? 0 : static_cast<int>(found - order.begin());
}

class Sorting {
 public:
  Sorting(hdf5::Contents const& contents, KerasGraph const& graph, std::string const& file)
      : contents_(contents), graph_(graph), file_(file) {
    for (hdf5::TextAttribute const& each : contents.attributes) {
      if (each.name == "name" && each.values.size() == 1) names_.emplace(each.object, each.values[0]);
    }
  }

  std::map<std::string, std::vector<std::size_t>> run() {
    std::vector<Item> items;
    for (std::size_t i = 0; i < contents_.arrays.size(); ++i) {
      Parts parts = split(contents_.arrays[i].path, '/');
      if (parts.size() < 3 || parts[parts.size() - 2] != "vars") refuse(i);
      std::optional<std::int64_t> const number = parse_integer(parts.back());
      if (!number) refuse(i);
      items.push_back({i, *number, Parts(parts.begin() + 1, parts.end() - 2)});
    }
    sort_model("", "", items);
    std::map<std::string, std::vector<std::size_t>> sorted;
    for (auto const& [layer, weights] : found_) {
      for (auto const& [place, index] : weights) sorted[layer].push_back(index);
    }
    return sorted;
  }

 private:
  // An array: the part of its path between the model that it belongs to and "vars".
  struct Item {
    std::size_t index = 0;
    std::int64_t number = 0;
    Parts left;
  };

  [[noreturn]] void refuse(std::size_t index) const {
    fail(ErrorCode::input, fmt::format("{}: the array {} belongs to no layer that the file names", file_,
                                       shoal::quoted(contents_.arrays[index].path)));
  }

  // The arrays of the model called `model` (empty: the outermost), whose group is `path`.
  void sort_model(std::string const& model, std::string const& path, std::vector<Item> const& items) {
    std::map<std::string, std::vector<Item>> groups;
    for (Item const& item : items) {
      if (item.left.size() < 2 || !holds_layers(item.left[0])) refuse(item.index);
      groups[fmt::format("{}/{}", item.left[0], item.left[1])].push_back(
          {item.index, item.number, Parts(item.left.begin() + 2, item.left.end())});
    }
    std::map<std::string, std::string> const layer_of = layers_of(model, path, groups);
    for (auto const& [group, inside] : groups) {
      auto const layer = layer_of.find(group);
      if (layer == layer_of.end()) refuse(inside.front().index);
      sort_layer(layer->second, fmt::format("{}/{}", path, group), inside);
    }
  }

  void sort_layer(std::string const& layer, std::string const& path, std::vector<Item> const& items) {
    std::vector<Item> deeper, wrapped;
    for (Item const& item : items) {
      Parts const& left = item.left;
      if (!left.empty() && holds_layers(left[0])) {
        deeper.push_back(item);
      } else if (left.size() > 1 && left[0] == "layer" && holds_layers(left[1])) {
        wrapped.push_back({item.index, item.number, Parts(left.begin() + 1, left.end())});
      } else {
        bool const own = !left.empty() && (left[0] == "layer" || left[0] == "activation");
        std::string const key = own ? fmt::format("{}/{}", layer, left[0]) : layer;
        found_[key][{place_of_part(left), item.number}] = item.index;
      }
    }
    if (!deeper.empty()) sort_model(layer, path, deeper);
    if (!wrapped.empty()) sort_model(layer, path + "/layer", wrapped);
  }

  // Finds layers by the names that the file gives its groups, if all of them are in the graph. Otherwise by class and
  // number, which is how Keras itself loads them: the names may be those of another session.
  std::map<std::string, std::string> layers_of(std::string const& model, std::string const& path,
                                               std::map<std::string, std::vector<Item>> const& groups) const {
    std::string const prefix = model.empty() ? "" : model + "/";
    std::map<std::string, std::string> named;
    for (auto const& [group, items] : groups) {
      auto const name = names_.find(fmt::format("{}/{}/vars", path, group));
      if (name != names_.end() && is_place(prefix + name->second)) named.emplace(group, prefix + name->second);
    }
    return named.size() == groups.size() ? named : numbered(prefix, groups);
  }

  bool is_place(std::string const& name) const {
    return std::any_of(graph_.places.begin(), graph_.places.end(),
                       [&](KerasPlace const& place) { return place.name == name; });
  }

  std::map<std::string, std::string> numbered(std::string const& prefix,
                                              std::map<std::string, std::vector<Item>> const& groups) const {
    std::string_view const holder = groups.begin()->first.starts_with(layers) ? layers : dependencies;
    std::map<std::string, std::string> found;
    for (bool const twice : {counts_twice(holder), true}) {
      found.clear();
      std::map<std::string, int> used;
      for (KerasPlace const& place : graph_.places) {
        bool const inside = place.name.size() > prefix.size() && place.name.starts_with(prefix) &&
                            place.name.find('/', prefix.size()) == std::string::npos;
        if (!inside) continue;
        std::string const snake = keras_snake_case(place.class_name);
        int& number = used[snake];
        std::string const group =
            fmt::format("{}/{}", holder, number == 0 ? snake : fmt::format("{}_{}", snake, number));
        if (groups.contains(group)) found.emplace(group, place.name);
        number += twice && groups.contains(group) ? 2 : 1;
      }
      if (found.size() == groups.size() || holder == layers) break;
    }
    return found;
  }

  // TensorFlow 2.12 and 2.13 list every layer that has weights twice.
  bool counts_twice(std::string_view holder) const {
    std::string const& version = graph_.keras_version;
    return holder == dependencies && (version.starts_with("2.12") || version.starts_with("2.13"));
  }

  hdf5::Contents const& contents_;
  KerasGraph const& graph_;
  std::string const& file_;
  std::map<std::string, std::string> names_;  // names of the groups "vars"
  std::map<std::string, std::map<std::pair<int, std::int64_t>, std::size_t>> found_;
};

}  // namespace

std::string keras_snake_case(std::string_view name) {
  auto const upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  auto const lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    bool const begins = i + 1 < name.size() && lower(name[i + 1]);
    bool const word = upper(name[i]) && i > 0 && (begins || lower(name[i - 1]));
    if (word) snake += '_';
    snake += upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

bool is_numbered(hdf5::Contents const& contents) {
  return std::any_of(contents.arrays.begin(), contents.arrays.end(), [](hdf5::FloatArray const& array) {
    Parts const parts = split(array.path, '/');
    return parts.size() > 2 && holds_layers(parts[1]);
  });
}

std::map<std::string, std::vector<std::size_t>> numbered_weights(hdf5::Contents const& contents,
                                                                 KerasGraph const& graph, std::string const& file) {
  return Sorting(contents, graph, file).run();
}

}  // namespace shoal::readers
