// SPDX-License-Identifier: MIT
// What a store holds: models, tasks, methods and their arrays; the rows; and what determines their numbers.
// The schema on disk is described in src/store/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attribution/result.hpp"
#include "genome/loci.hpp"
#include "genome/window_part.hpp"

namespace shoal::store {

// A locus's row: `pending` until its data and checksum are on disk.
enum class Status : std::uint8_t { pending = 0, done = 1, failed = 2, skipped = 3 };

// What a method gives for every task and locus: named arrays, the usual first one a float32 map [4, length] (A, C, G, T
// rows), and named float64 scalars.
struct MethodSchema {
  std::string name;                          // "additive-ridge", "ism"
  std::vector<std::string> scalars;          // "intercept", "lambda", …
  std::map<std::string, std::string> notes;  // attributes: gauge, units, definition
  std::vector<attribution::ArraySchema> arrays;
  std::vector<attribution::ConstantArray> constants = {};  // one for all tasks and loci
};

struct TaskSchema {
  std::string name;
};
struct ModelSchema {
  std::string name;
  std::vector<TaskSchema> tasks;
  // What the network reads of a locus's window, shorter than that; nothing: all of it.
  std::optional<genome::WindowPart> part = std::nullopt;
};

// What a store holds besides the loci. Every task of every model has every method, the scalars of `task_scalars`
// (for example "wild_type") and, when keep_y > 0, `y` float32 [loci, keep_y].
struct Schema {
  std::int64_t loci = 0;
  std::int64_t length = 0;  // of the loci's windows, which the longest network reads
  std::vector<ModelSchema> models;
  std::vector<MethodSchema> methods;  // with their arrays at a whole window
  // The same methods with their arrays at a part of so many bases: one list for every length that models' parts have.
  std::map<std::int64_t, std::vector<MethodSchema>> part_methods = {};
  std::vector<std::string> task_scalars;
  std::int64_t keep_y = 0;
};

// What determines a store's numbers, key by key in order: written as attributes, compared by resume.
using Provenance = std::vector<std::pair<std::string, std::string>>;

// One row's results in schema order. results: [models][tasks][methods], see result_index; task_scalars:
// [models][tasks][scalars]; y: [models][tasks][keep_y].
struct Row {
  std::int64_t index = 0;
  Status status = Status::done;
  std::string message;   // why it failed or was skipped
  std::string sequence;  // length letters
  std::vector<attribution::MethodResult> results;
  std::vector<double> task_scalars;
  std::vector<float> y;
};

// What a store holds of one locus.
struct StoredRow {
  genome::Locus locus;
  Row row;
};

// The part of a window that a model reads, which may be all of it, and the methods as they are there.
genome::WindowPart window_part(Schema const& schema, ModelSchema const& model);
std::vector<MethodSchema> const& methods_of(Schema const& schema, ModelSchema const& model);

// Row data sizes of a schema.
std::int64_t task_count(Schema const& schema);    // of all models
std::int64_t result_count(Schema const& schema);  // of Row::results
std::int64_t task_scalar_count(Schema const& schema);
// Where Row::results has the result of a method for a task of a model, each by its number in the schema.
std::size_t result_index(Schema const& schema, std::size_t model, std::size_t task, std::size_t method);
// The number of the array or scalar called `name`. Errors: config, listing the names that there are.
std::size_t array_index(MethodSchema const& method, std::string const& name);
std::size_t scalar_index(MethodSchema const& method, std::string const& name);
// Bytes of the whole store, to within the metadata: shown before a run. Errors: config, when they do not fit in 63
// bits.
std::int64_t predicted_bytes(Schema const& schema);

}  // namespace shoal::store
