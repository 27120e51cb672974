// SPDX-License-Identifier: MIT
#include "store/layout.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::store {

namespace {

using hdf5::ElementKind;
using Attributes = std::map<std::string, std::string>;

// Notes "SCALAR.KEY" describe the scalar; they are repeated on its dataset as KEY.
Attributes scalar_attributes(MethodSchema const& method, std::string const& scalar) {
  Attributes attributes = {{"axes", "locus"}};
  std::string const prefix = scalar + ".";
  for (auto const& [key, text] : method.notes) {
    if (key.starts_with(prefix)) attributes[key.substr(prefix.size())] = text;
  }
  return attributes;
}

Attributes map_attributes(MethodSchema const& method) {
  Attributes attributes = {{"axes", "locus, base (A C G T), position in the locus's orientation"},
                           {"units", "units of the model's output"}};
  for (char const* key : {"gauge", "units", "definition"}) {
    if (auto note = method.notes.find(key); note != method.notes.end()) attributes[key] = note->second;
  }
  return attributes;
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

std::vector<std::string> groups(Schema const& schema) {
  std::vector<std::string> paths = {"/loci", "/rows", "/models", "/provenance"};
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
  columns_.push_back({part, std::move(path), std::move(type), std::move(attributes), row_bytes_});
  row_bytes_ += bytes;
}

void Layout::add_task(Schema const& schema, std::string const& group) {
  for (MethodSchema const& method : schema.methods) {
    std::string const folder = fmt::format("{}/{}", group, link_name(method.name));
    add(Part::map, folder + "/map", {ElementKind::float32, {4, schema.length}}, map_attributes(method));
    for (std::string const& scalar : method.scalars) {
      add(Part::method_scalar, fmt::format("{}/{}", folder, link_name(scalar)), {ElementKind::float64, {}},
          scalar_attributes(method, scalar));
    }
  }
  for (std::string const& scalar : schema.task_scalars) {
    add(Part::task_scalar, fmt::format("{}/{}", group, link_name(scalar)), {ElementKind::float64, {}},
        {{"axes", "locus"}, {"units", "units of the model's output"}});
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
    for (TaskSchema const& task : model.tasks) add_task(schema, task_group(model.name, task.name));
  }
  std::set<std::string> taken;
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
