// SPDX-License-Identifier: MIT
#include "store/header.hpp"

#include <fmt/core.h>

#include <set>

#include "base/text.hpp"
#include "hdf5/text.hpp"

namespace shoal::store {

namespace {

using hdf5::read_text;
using hdf5::write_text;

constexpr std::int64_t most_rows = std::int64_t{1} << 40;

std::vector<std::string> lines(std::string const& text) {
  std::vector<std::string> all;
  if (text.empty()) return all;
  for (std::string_view line : split(text, '\n')) all.emplace_back(line);
  return all;
}

template <class Items>
std::string names(Items const& items) {
  std::vector<std::string> all;
  for (auto const& item : items) all.push_back(item.name);
  return join(all, "\n");
}

hdf5::Group open_group(hid_t file, std::string const& path) {
  return hdf5::own<hdf5::Group>(H5Gopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("cannot open group {}", path));
}

void write_method(hid_t file, std::string const& group, MethodSchema const& method) {
  auto const opened = open_group(file, fmt::format("{}/{}", group, link_name(method.name)));
  write_text(opened.get(), "scalars", join(method.scalars, "\n"));
  for (auto const& [key, text] : method.notes) {
    if (key == "scalars") fail(ErrorCode::internal, "a method's note may not be called scalars");
    write_text(opened.get(), key, text);
  }
}

void write_provenance(hid_t file, Provenance const& provenance) {
  auto const group = open_group(file, "/provenance");
  std::vector<std::string> order;
  std::set<std::string> taken = {"order"};
  for (auto const& [key, value] : provenance) {
    link_name(key);
    if (!taken.insert(key).second || key.find('/') != std::string::npos) {
      fail(ErrorCode::internal, fmt::format("the provenance key {} is used twice or not allowed", quoted(key)));
    }
    order.push_back(key);
    write_text(group.get(), key, value);
  }
  write_text(group.get(), "order", join(order, "\n"));
}

std::int64_t read_number(hid_t location, std::string const& name, std::int64_t least, std::int64_t most) {
  std::string const text = read_text(location, name);
  auto const number = parse_integer(text);
  if (!number || *number < least || *number > most) {
    fail(ErrorCode::input, fmt::format("attribute {} is {}, not a number in range", name, quoted(text)));
  }
  return *number;
}

MethodSchema read_method(hid_t file, std::string const& task, std::string const& name) {
  auto const group = open_group(file, fmt::format("{}/{}", task, link_name(name)));
  MethodSchema method{name, lines(read_text(group.get(), "scalars")), {}};
  for (std::string const& key : hdf5::attribute_names(group.get())) {
    if (key != "scalars") method.notes[key] = read_text(group.get(), key);
  }
  return method;
}

Schema read_schema(hid_t file) {
  Schema schema;
  auto const models = open_group(file, "/models");
  schema.loci = read_number(models.get(), "loci", 1, most_rows);
  schema.length = read_number(models.get(), "length", 1, most_rows);
  schema.keep_y = read_number(models.get(), "keep_y", 0, most_rows);
  schema.task_scalars = lines(read_text(models.get(), "task_scalars"));
  for (std::string const& name : lines(read_text(models.get(), "models"))) {
    ModelSchema model{name, {}};
    auto const group = open_group(file, "/models/" + link_name(name));
    for (std::string const& task : lines(read_text(group.get(), "tasks"))) model.tasks.push_back({task});
    schema.models.push_back(std::move(model));
  }
  // Every task has the same methods: the first one tells.
  for (std::string const& method : lines(read_text(models.get(), "methods"))) {
    if (schema.models.empty() || schema.models[0].tasks.empty()) fail(ErrorCode::input, "methods without a task");
    schema.methods.push_back(
        read_method(file, task_group(schema.models[0].name, schema.models[0].tasks[0].name), method));
  }
  return schema;
}

Provenance read_provenance(hid_t file) {
  Provenance provenance;
  auto const group = open_group(file, "/provenance");
  for (std::string const& key : lines(read_text(group.get(), "order"))) {
    provenance.emplace_back(key, read_text(group.get(), key));
  }
  return provenance;
}

void check_format(hid_t file, std::string const& path) {
  if (H5Aexists(file, "shoal_format") <= 0) {
    fail(ErrorCode::input, fmt::format("{} is an HDF5 file but not a Shoal store", path));
  }
  std::string const version = read_text(file, "shoal_format");
  if (version != format_version) {
    fail(ErrorCode::input, fmt::format("{} is a Shoal store of format {}; this program reads format {}", path,
                                       quoted(version), format_version));
  }
}

}  // namespace

void write_header(hid_t file, Schema const& schema, Provenance const& provenance) {
  for (std::string const& group : groups(schema)) hdf5::create_group(file, group);
  auto const models = open_group(file, "/models");
  write_text(models.get(), "loci", std::to_string(schema.loci));
  write_text(models.get(), "length", std::to_string(schema.length));
  write_text(models.get(), "keep_y", std::to_string(schema.keep_y));
  write_text(models.get(), "models", names(schema.models));
  write_text(models.get(), "methods", names(schema.methods));
  write_text(models.get(), "task_scalars", join(schema.task_scalars, "\n"));
  for (ModelSchema const& model : schema.models) {
    auto const group = open_group(file, "/models/" + link_name(model.name));
    write_text(group.get(), "tasks", names(model.tasks));
    for (TaskSchema const& task : model.tasks) {
      for (MethodSchema const& method : schema.methods) write_method(file, task_group(model.name, task.name), method);
    }
  }
  write_provenance(file, provenance);
  write_text(file, "shoal_format", format_version);
}

Header read_header(hid_t file, std::string const& path) {
  check_format(file, path);
  try {
    Header header;
    header.schema = read_schema(file);
    header.provenance = read_provenance(file);
    header.widths.chrom = hdf5::text_width(file, "/loci/chrom");
    header.widths.name = hdf5::text_width(file, "/loci/name");
    return header;
  } catch (Error const& error) {
    fail(ErrorCode::input, fmt::format("{} is a damaged Shoal store: {}", path, error.what()));
  }
}

}  // namespace shoal::store
