// SPDX-License-Identifier: MIT
// The reading side of a store: its rows, their verification, and a digest of the whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "genome/loci.hpp"
#include "store/schema.hpp"

namespace shoal::store {

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
  // True when the row is written and the stored checksum equals its data.
  bool verify(std::int64_t index) const;
  // The row, read once, when it is written and the stored checksum equals its data; otherwise nothing.
  std::optional<StoredRow> verified_row(std::int64_t index) const;
  // The same of rows first, first + 1, …, a block at a time: pending where `verify` is false.
  std::vector<Status> verified(std::int64_t first, std::int64_t count) const;
  // What is wrong with the store outside its rows' results, a line each, empty when it is sound: attributes that cannot
  // be read, coordinates or names of loci that are not those that were written, an index that points elsewhere.
  std::vector<std::string> damage() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Digest of everything in a store: of its file, or of its index and shards. Errors: input.
std::string store_digest(std::string const& path);

}  // namespace shoal::store
