// SPDX-License-Identifier: MIT
// The result store: one HDF5 file per scan, created once with every row in place, then filled row by row by any rank.
// The schema is described in src/store/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attribution/result.hpp"
#include "genome/loci.hpp"
#include "genome/window_part.hpp"
#include "mpi/communicator.hpp"
#include "mpi/hints.hpp"

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
  // The part of a locus's window that the network reads, if it is shorter; nothing: all of it.
  std::optional<genome::WindowPart> part = std::nullopt;
};

// What a store holds besides the loci. Every task of every network has every method, the scalars of `task_scalars`
// (for example "wild_type") and, when keep_y > 0, `y` float32 [loci, keep_y].
struct Schema {
  std::int64_t loci = 0;
  std::int64_t length = 0;  // length of the loci's windows, which the longest network reads
  std::vector<ModelSchema> models;
  std::vector<MethodSchema> methods;  // with their arrays at a whole window
  // The same methods with their arrays for a part of so many bases: one list for every length that networks' parts
  // have.
  std::map<std::int64_t, std::vector<MethodSchema>> part_methods = {};
  std::vector<std::string> task_scalars;
  std::int64_t keep_y = 0;
};

// What determines a store's numbers, key by key in order. It is written as attributes and compared by resume.
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

// The part of a window that a network reads, which may be all of it, and the methods as they are there.
genome::WindowPart window_part(Schema const& schema, ModelSchema const& model);
std::vector<MethodSchema> const& methods_of(Schema const& schema, ModelSchema const& model);

// Row data sizes of a schema.
std::int64_t task_count(Schema const& schema);    // tasks of all models
std::int64_t result_count(Schema const& schema);  // elements of Row::results
std::int64_t task_scalar_count(Schema const& schema);
// Where Row::results has the result of a method for a task of a network, each given by its number in the schema.
std::size_t result_index(Schema const& schema, std::size_t model, std::size_t task, std::size_t method);
// The number of the array or scalar called `name`. Errors: config, listing the names that exist.
std::size_t array_index(MethodSchema const& method, std::string const& name);
std::size_t scalar_index(MethodSchema const& method, std::string const& name);
// Bytes of the whole store, to within the metadata: shown before a run. Errors: config, when they do not fit in 63
// bits.
std::int64_t predicted_bytes(Schema const& schema);

// How a store lies on disk; none of it changes what a reader sees.
struct FileOptions {
  // The files that the rows are divided over, beside an index of virtual datasets; 1: one file, without index.
  std::int64_t shards = 1;
  mpi::Hints hints = {};  // for the MPI-IO layer
};

// Writing side. All functions named …_collective are called by every rank.
class Writer {
 public:
  // Makes the file under a temporary name (PATH.partial), with every row pending, reserves its space, and renames it
  // when it is complete: a failure leaves no file. An existing PATH is replaced in one step. An existing store in
  // shards is removed when the new one is complete, and so are shards that nobody needs any more. Every rank passes the
  // same schema, provenance, loci and options. Errors, on every rank: output; config, when a name cannot be used or
  // sizes are too large; internal.
  static void create_collective(mpi::Communicator const& communicator, std::string const& path, Schema const& schema,
                                Provenance const& provenance, genome::LocusTable const& loci,
                                FileOptions const& files = {});
  static void create_collective(mpi::Communicator const& communicator, std::string const& path, Schema const& schema,
                                Provenance const& provenance, std::span<genome::Locus const> loci,
                                FileOptions const& files = {});
  // Opens an existing store for writing rows. Errors: output; input when it is no store, when a shard is missing or
  // another store's, and when it is itself a shard or a compressed copy.
  static Writer open_collective(mpi::Communicator const& communicator, std::string const& path,
                                mpi::Hints const& hints = {});
  Writer(Writer&&) noexcept;
  ~Writer();

  Schema const& schema() const;
  Provenance const& provenance() const;
  std::int64_t shards() const;  // 1: one file
  // Independent. Writes the data first, then the checksum, then the status. The operating system has them on return, so
  // the row survives the death of this process. In a row that is not done, empty arrays are stored as NaN. A message is
  // cut to 200 bytes. Errors: output (disk full, …), naming the locus; internal, when a size does not match the schema.
  void write_row(Row const& row);
  // Waits until the rows that this rank wrote are on disk: they then survive the machine. Independent. Errors: output.
  void sync();
  // Status of every row, verified: a written row whose checksum does not match is reported pending. Each rank verifies
  // its share of the rows, one block at a time.
  std::vector<Status> verified_statuses_collective();
  // Waits until everything is on disk and closes. A writer that is destroyed without this closes without waiting, and
  // that too is collective. Errors: output.
  void close_collective();

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reading side, one process, no MPI.
class Reader {
 public:
  // Errors: input, when it is no Shoal store, or when a shard is missing or another store's.
  explicit Reader(std::string const& path);
  Reader(Reader&&) noexcept;
  ~Reader();

  std::string const& path() const;
  Schema const& schema() const;
  Provenance const& provenance() const;
  std::vector<Status> statuses() const;  // as stored, not verified
  genome::Locus locus(std::int64_t index) const;
  std::vector<genome::Locus> loci(std::int64_t first, std::int64_t count) const;
  std::vector<std::string> sequences(std::int64_t first,
                                     std::int64_t count) const;  // those of pending rows say nothing
  Row row(std::int64_t index) const;
  // True if the row is written and the stored checksum equals its data.
  bool verify(std::int64_t index) const;
  // The row, read once, if it is written and the stored checksum equals its data; otherwise nothing.
  std::optional<StoredRow> verified_row(std::int64_t index) const;
  // The same for rows first, first + 1, …, one block at a time: pending if `verify` is false.
  std::vector<Status> verified(std::int64_t first, std::int64_t count) const;
  // What is wrong with the store outside its rows' results, one line each; empty if it is sound: attributes that cannot
  // be read, coordinates or names of loci that are not those that were written, an index that points elsewhere.
  std::vector<std::string> damage() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Digest of everything in a store: of its file, or of its index and shards. Errors: input.
std::string store_digest(std::string const& path);

// Copies a store, sharded or not, into one file whose datasets are chunked, shuffled and deflated at `level` (0 to 9):
// the same header and rows, which Reader opens and Writer refuses. Verifies every row of the copy before the file gets
// its name. Errors: config, for the level; input, naming a damaged row; output.
void repack(std::string const& source, std::string const& output, int level);

// Exclusive right to write `path` while this object lives on any rank of the job (flock on "PATH.lock"; the kernel
// releases it when the process dies). Errors: output, "another job is writing …".
class JobLock {
 public:
  static JobLock acquire_collective(mpi::Communicator const& communicator, std::string const& path);
  JobLock(JobLock&&) noexcept;
  ~JobLock();

 private:
  struct State;
  explicit JobLock(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace shoal::store
