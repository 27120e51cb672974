// SPDX-License-Identifier: MIT
// The writing side of a store: one HDF5 file per scan, created once with every row in place, then filled row by row by
// any rank.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genome/loci.hpp"
#include "mpi/communicator.hpp"
#include "mpi/hints.hpp"
#include "store/schema.hpp"

namespace shoal::store {

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
  // when complete: a failure leaves no file. An existing PATH is replaced in one step; one in shards is removed when
  // the new one is complete, and shards that nobody needs any more are. Every rank passes the same schema, provenance,
  // loci and options. Errors, on every rank: output; config, when a name cannot be used or sizes are too large;
  // internal.
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
  // Independent: data first, then the checksum, then the status; in the kernel's hands on return, so that it survives
  // the death of this process. In a row that is not done, empty arrays are stored as NaN. A message is cut to 200
  // bytes. Errors: output (disk full, …), naming the locus; internal, when a size does not match the schema.
  void write_row(Row const& row);
  // Waits until the rows that this rank wrote are on disk: they then survive the machine. Independent. Errors: output.
  void sync();
  // Status of every row, verified: a written row whose checksum does not match is reported pending. Each rank verifies
  // its share of the rows, a block at a time.
  std::vector<Status> verified_statuses_collective();
  // Waits until everything is on disk and closes. A writer that is destroyed unclosed closes without waiting, and that
  // too is collective. Errors: output.
  void close_collective();

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace shoal::store
