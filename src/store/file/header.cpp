// SPDX-License-Identifier: MIT
#include "store/file/header.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.hpp"
#include "hdf5/text.hpp"
#include "store/file/constants.hpp"
#include "store/file/digest.hpp"

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

// Notes of an array or constant are the method's notes "NAME.KEY".
template <class Items>
void write_notes_of(hid_t group, Items const& items) {
  for (auto const& item : items) {
    for (auto const& [key, text] : item.notes) write_text(group, item.name + "." + key, text);
  }
}

// Moves the notes "NAME.KEY" to the item that they describe.
template <class Items>
void take_notes(std::map<std::string, std::string>& notes, Items& items) {
  for (auto& item : items) {
    std::string const prefix = item.name + ".";
    for (auto note = notes.begin(); note != notes.end();) {
      bool const describes = note->first.starts_with(prefix);
      if (describes) item.notes[note->first.substr(prefix.size())] = note->second;
      note = describes ? notes.erase(note) : std::next(note);
    }
  }
}

constexpr char const* reserved_notes[] = {"scalars", "arrays", "constants"};

bool is_reserved(std::string const& key) {
  return std::find(std::begin(reserved_notes), std::end(reserved_notes), key) != std::end(reserved_notes);
}

void write_method(hid_t file, DescribedMethod const& described) {
  MethodSchema const& method = *described.method;
  auto const group = open_group(file, described.group);
  std::vector<std::string> arrays, constants;
  for (attribution::ArraySchema const& array : method.arrays) arrays.push_back(description_of(array));
  for (attribution::ConstantArray const& constant : method.constants) constants.push_back(description_of(constant));
  write_text(group.get(), "scalars", join(method.scalars, "\n"));
  write_text(group.get(), "arrays", join(arrays, "\n"));
  write_text(group.get(), "constants", join(constants, "\n"));
  for (auto const& [key, text] : method.notes) {
    expect(!is_reserved(key), "a method's note has a name that the store uses");
    write_text(group.get(), key, text);
  }
  write_notes_of(group.get(), method.arrays);
  write_notes_of(group.get(), method.constants);
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

MethodSchema read_method(hid_t file, std::string const& name, std::optional<std::int64_t> part_length) {
  std::string const path = method_group(name, part_length);
  auto const group = open_group(file, path);
  MethodSchema method{.name = name, .scalars = lines(read_text(group.get(), "scalars")), .notes = {}, .arrays = {}};
  for (std::string const& line : lines(read_text(group.get(), "arrays"))) method.arrays.push_back(array_from(line));
  for (std::string const& line : lines(read_text(group.get(), "constants"))) {
    method.constants.push_back(read_constant(file, path, line));
  }
  for (std::string const& key : hdf5::attribute_names(group.get())) {
    if (!is_reserved(key)) method.notes[key] = read_text(group.get(), key);
  }
  take_notes(method.notes, method.arrays);
  take_notes(method.notes, method.constants);
  return method;
}

bool has_parts(Schema const& schema) {
  return std::any_of(schema.models.begin(), schema.models.end(), [](auto const& model) { return model.part; });
}

// In a store with parts every network has its part, also where it is the whole window.
void write_part(hid_t group, genome::WindowPart const& part) {
  write_text(group, "offset", std::to_string(part.offset));
  write_text(group, "length", std::to_string(part.length));
}

// Nothing if it is the whole window.
std::optional<genome::WindowPart> read_part(hid_t group, std::int64_t window) {
  genome::WindowPart part;
  part.length = read_number(group, "length", 1, window);
  part.offset = read_number(group, "offset", 0, window - part.length);
  if (part.length == window) return std::nullopt;
  return part;
}

Schema read_schema(hid_t file, bool with_parts) {
  Schema schema;
  auto const models = open_group(file, "/models");
  schema.loci = read_number(models.get(), "loci", 1, most_rows);
  schema.length = read_number(models.get(), "length", 1, most_rows);
  schema.keep_y = read_number(models.get(), "keep_y", 0, most_rows);
  schema.task_scalars = lines(read_text(models.get(), "task_scalars"));
  for (std::string const& name : lines(read_text(models.get(), "models"))) {
    auto const group = open_group(file, "/models/" + link_name(name));
    ModelSchema model{.name = name, .tasks = {}};
    if (with_parts) model.part = read_part(group.get(), schema.length);
    for (std::string const& task : lines(read_text(group.get(), "tasks"))) model.tasks.push_back({task});
    schema.models.push_back(std::move(model));
  }
  auto const methods = lines(read_text(models.get(), "methods"));
  for (std::string const& method : methods) schema.methods.push_back(read_method(file, method, std::nullopt));
  for (ModelSchema const& model : schema.models) {
    if (!model.part || schema.part_methods.contains(model.part->length)) continue;
    auto& at_part = schema.part_methods[model.part->length];
    for (std::string const& method : methods) at_part.push_back(read_method(file, method, model.part->length));
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

// "ROWS FILE", one per line.
std::string shard_lines(std::vector<Shard> const& shards) {
  std::vector<std::string> all;
  for (Shard const& shard : shards) all.push_back(fmt::format("{} {}", shard.rows, shard.file));
  return join(all, "\n");
}

std::vector<Shard> read_shards(hid_t file) {
  std::vector<Shard> shards;
  if (!hdf5::has_text(file, "shards")) return shards;
  for (std::string const& line : lines(read_text(file, "shards"))) {
    auto const border = line.find(' ');
    auto const rows = parse_integer(line.substr(0, border));
    if (border == std::string::npos || !rows || *rows < 1) {
      fail(ErrorCode::input, fmt::format("{} describes no shard", quoted(line)));
    }
    shards.push_back({line.substr(border + 1), *rows});
  }
  return shards;
}

// "NUMBER SHARDS FIRST WHOLE".
std::string part_line(PartOfStore const& part) {
  return fmt::format("{} {} {} {}", part.number, part.shards, part.first, part.whole);
}

std::optional<PartOfStore> read_part_of_store(hid_t file) {
  if (!hdf5::has_text(file, "shard")) return std::nullopt;
  std::string const line = read_text(file, "shard");
  auto const words = split(line, ' ');
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < 3 && i < words.size(); ++i) numbers.push_back(parse_integer(words[i]).value_or(-1));
  bool const sound = words.size() == 4 && std::all_of(numbers.begin(), numbers.end(), [](auto n) { return n >= 0; });
  if (!sound) fail(ErrorCode::input, fmt::format("{} describes no part of a store", quoted(line)));
  return PartOfStore{numbers[0], numbers[1], numbers[2], std::string(words[3])};
}

// The format that the file names. Errors: input, when this program does not read it.
std::string checked_format(hid_t file, std::string const& path) {
  if (H5Aexists(file, "shoal_format") <= 0) {
    fail(ErrorCode::input, fmt::format("{} is an HDF5 file but not a Shoal store", path));
  }
  std::string version;
  try {
    version = read_text(file, "shoal_format");
  } catch (Error const& error) {
    throw error.with_context(path + " is a damaged Shoal store");
  }
  if (version != format_of_windows && version != format_of_parts) {
    fail(ErrorCode::input, fmt::format("{} is a Shoal store of format {}; this program reads formats {} and {}", path,
                                       quoted(version), format_of_windows, format_of_parts));
  }
  return version;
}

}  // namespace

void write_header(hid_t file, Header const& header) {
  Schema const& schema = header.schema;
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
    if (has_parts(schema)) write_part(group.get(), window_part(schema, model));
  }
  for (DescribedMethod const& each : described_methods(schema)) write_method(file, each);
  write_provenance(file, header.provenance);
  if (!header.shards.empty()) write_text(file, "shards", shard_lines(header.shards));
  if (header.part) write_text(file, "shard", part_line(*header.part));
  write_text(file, "loci_digest", header.loci_digest);
  write_text(file, "header_digest", header_digest(header));
  write_text(file, "shoal_format", has_parts(schema) ? format_of_parts : format_of_windows);
}

Header read_header(hid_t file, std::string const& path) {
  bool const with_parts = checked_format(file, path) == format_of_parts;
  try {
    Header header;
    header.schema = read_schema(file, with_parts);
    header.provenance = read_provenance(file);
    header.widths.chrom = hdf5::text_width(file, "/loci/chrom");
    header.widths.name = hdf5::text_width(file, "/loci/name");
    if (hdf5::has_text(file, "loci_digest")) header.loci_digest = read_text(file, "loci_digest");
    header.shards = read_shards(file);
    header.part = read_part_of_store(file);
    bool const says = hdf5::has_text(file, "header_digest");
    if (says && read_text(file, "header_digest") != header_digest(header)) {
      fail(ErrorCode::input, "its schema, provenance or constants are not what was written");
    }
    return header;
  } catch (Error const& error) {
    fail(ErrorCode::input, fmt::format("{} is a damaged Shoal store: {}", path, error.what()));
  }
}

}  // namespace shoal::store
