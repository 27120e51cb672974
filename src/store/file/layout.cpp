// SPDX-License-Identifier: MIT
#include "store/file/layout.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/sizes.hpp"
#include "base/text.hpp"

namespace shoal::store {

namespace {

using hdf5::ElementKind;
using Attributes = std::map<std::string, std::string>;

constexpr char by_length[] = "/methods_by_length";
constexpr char record_axes[] = "locus; one named number a field";

// Notes "SCALAR.KEY" describe a scalar: they are repeated on the scalars' dataset.
Attributes scalar_attributes(MethodSchema const& method) {
  Attributes attributes = {{"axes", record_axes}};
  for (std::string const& scalar : method.scalars) {
    for (auto const& [key, text] : method.notes) {
      if (key.starts_with(scalar + ".")) attributes[key] = text;
    }
  }
  return attributes;
}

// The array's own notes first, then the method's.
Attributes array_attributes(MethodSchema const& method, attribution::ArraySchema const& array) {
  Attributes attributes = array.notes;
  attributes["axes"] = array.notes.count("axes") > 0 ? "locus, " + array.notes.at("axes") : "locus";
  for (char const* key : {"gauge", "units", "definition"}) {
    if (auto note = method.notes.find(key); note != method.notes.end()) attributes.emplace(key, note->second);
  }
  attributes.emplace("units", "units of the model's output");
  return attributes;
}

ElementKind kind_of(attribution::ArraySchema const& array) {
  expect(array.type != attribution::NumberType::int64, "a method's arrays are float32 or float64");
  return array.type == attribution::NumberType::float32 ? ElementKind::float32 : ElementKind::float64;
}

// A part must be shorter than the window, lie in it, and have the store's methods.
void check_part(Schema const& schema, ModelSchema const& model) {
  if (!model.part) return;
  auto const& [offset, length] = *model.part;
  expect(offset >= 0 && length >= 1 && length < schema.length && offset <= schema.length - length,
         "a network's part does not lie in the window");
  expect(methods_of(schema, model).size() == schema.methods.size(), "a network's part has other methods");
}

void refuse_repeated(std::vector<std::string> const& names, std::string const& owner) {
  std::set<std::string> taken;
  for (std::string const& name : names) {
    link_name(name);
    if (!taken.insert(name).second) {
      fail(ErrorCode::config, fmt::format("two scalars of {} are called {}", owner, quoted(name)));
    }
  }
}

}  // namespace

std::string link_name(std::string const& name) {
  bool const control = std::any_of(name.begin(), name.end(), [](unsigned char letter) { return letter < 32; });
  if (name.empty() || name == "." || name == ".." || control) {
    fail(ErrorCode::config, fmt::format("the name {} cannot be used in a store: choose another", quoted(name)));
  }
  std::string link = name;
  std::replace(link.begin(), link.end(), '/', '_');
  return link;
}

std::string task_group(std::string const& model, std::string const& task) {
  return fmt::format("/models/{}/{}", link_name(model), link_name(task));
}

std::string method_group(std::string const& method, std::optional<std::int64_t> part_length) {
  if (!part_length) return "/methods/" + link_name(method);
  return fmt::format("{}/{}/{}", by_length, *part_length, link_name(method));
}

std::vector<DescribedMethod> described_methods(Schema const& schema) {
  std::vector<DescribedMethod> all;
  for (MethodSchema const& method : schema.methods) all.push_back({method_group(method.name), &method});
  for (auto const& [length, methods] : schema.part_methods) {
    for (MethodSchema const& method : methods) all.push_back({method_group(method.name, length), &method});
  }
  return all;
}

std::vector<std::string> groups(Schema const& schema) {
  std::vector<std::string> paths = {"/loci", "/rows", "/models", "/methods", "/provenance"};
  if (!schema.part_methods.empty()) paths.emplace_back(by_length);
  for (auto const& [length, methods] : schema.part_methods) paths.push_back(fmt::format("{}/{}", by_length, length));
  for (DescribedMethod const& each : described_methods(schema)) paths.push_back(each.group);
  for (ModelSchema const& model : schema.models) {
    paths.push_back("/models/" + link_name(model.name));
    for (TaskSchema const& task : model.tasks) {
      paths.push_back(task_group(model.name, task.name));
      for (MethodSchema const& method : schema.methods) {
        paths.push_back(fmt::format("{}/{}", task_group(model.name, task.name), link_name(method.name)));
      }
    }
  }
  return paths;
}

void Layout::add(Part part, std::string path, hdf5::RowType type, Attributes attributes) {
  std::int64_t const bytes = type.bytes();
  columns_.push_back({part, std::move(path), std::move(type), std::move(attributes), row_bytes_, results_});
  row_bytes_ = checked_sum(row_bytes_, bytes, "a row of the store");
}

void Layout::add_method(MethodSchema const& method, std::string const& folder) {
  for (std::size_t index = 0; index < method.arrays.size(); ++index) {
    attribution::ArraySchema const& array = method.arrays[index];
    add(Part::array, fmt::format("{}/{}", folder, link_name(array.name)), {kind_of(array), array.shape},
        array_attributes(method, array));
    columns_.back().array = index;
  }
  if (!method.scalars.empty()) {
    refuse_repeated(method.scalars, "method " + method.name);
    add(Part::method_scalars, folder + "/scalars", {ElementKind::float64, {}, 1, method.scalars},
        scalar_attributes(method));
  }
  ++results_;
}

void Layout::add_task(Schema const& schema, ModelSchema const& model, std::string const& group) {
  for (MethodSchema const& method : methods_of(schema, model)) {
    add_method(method, fmt::format("{}/{}", group, link_name(method.name)));
  }
  if (!schema.task_scalars.empty()) {
    refuse_repeated(schema.task_scalars, "a task");
    add(Part::task_scalars, group + "/scalars", {ElementKind::float64, {}, 1, schema.task_scalars},
        {{"axes", record_axes}, {"units", "units of the model's output"}});
  }
  if (schema.keep_y > 0) {
    add(Part::y, group + "/y", {ElementKind::float32, {schema.keep_y}},
        {{"axes", "locus, mutant"}, {"units", "units of the model's output"}});
  }
}

Layout::Layout(Schema const& schema, LocusWidths widths) {
  expect(schema.loci > 0 && schema.length > 0 && schema.keep_y >= 0, "a store needs loci and a length");
  expect(widths.chrom > 0 && widths.name > 0, "text widths of a store must be positive");
  auto const text = [](std::int64_t width) { return hdf5::RowType{ElementKind::text, {}, width}; };
  std::string const zero_based = "bp, 0-based, half-open; may reach over a contig's edge";
  add(Part::chrom, "/loci/chrom", text(widths.chrom), {{"axes", "locus"}});
  add(Part::start, "/loci/start", {ElementKind::int64, {}}, {{"axes", "locus"}, {"units", zero_based}});
  add(Part::end, "/loci/end", {ElementKind::int64, {}}, {{"axes", "locus"}, {"units", zero_based}});
  add(Part::strand, "/loci/strand", text(1), {{"axes", "locus"}});
  add(Part::name, "/loci/name", text(widths.name), {{"axes", "locus"}});
  add(Part::sequence, "/loci/sequence", text(schema.length),
      {{"axes", "locus"}, {"definition", "letters A, C, G, T, N in the locus's orientation; empty until written"}});
  add(Part::status, "/loci/status", {ElementKind::uint8, {}},
      {{"axes", "locus"}, {"values", "0 pending, 1 done, 2 failed, 3 skipped"}});
  add(Part::message, "/loci/message", text(message_width),
      {{"axes", "locus"}, {"definition", "why the locus failed or was skipped"}});
  for (ModelSchema const& model : schema.models) {
    check_part(schema, model);
    for (TaskSchema const& task : model.tasks) add_task(schema, model, task_group(model.name, task.name));
  }
  refuse_collisions(schema);
}

void Layout::refuse_collisions(Schema const& schema) const {
  std::set<std::string> taken;
  for (DescribedMethod const& each : described_methods(schema)) {
    for (attribution::ConstantArray const& constant : each.method->constants) {
      std::string const path = fmt::format("{}/{}", each.group, link_name(constant.name));
      if (!taken.insert(path).second) {
        fail(ErrorCode::config, fmt::format("two parts of the store are called {}", path));
      }
    }
  }
  for (std::string const& group : groups(schema)) {
    if (!taken.insert(group).second)
      fail(ErrorCode::config, fmt::format("two parts of the store are called {}", group));
  }
  for (Column const& column : columns_) {
    if (!taken.insert(column.path).second) {
      fail(ErrorCode::config, fmt::format("two parts of the store are called {}", column.path));
    }
  }
}

Column const& Layout::column(Part part) const {
  auto const found =
      std::find_if(columns_.begin(), columns_.end(), [part](Column const& column) { return column.part == part; });
  expect(found != columns_.end(), "the store has no such column");
  return *found;
}

}  // namespace shoal::store
