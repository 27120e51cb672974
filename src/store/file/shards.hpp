// SPDX-License-Identifier: MIT
// A store in shards: its rows are divided over files beside an index. Each file is a store of its own range of rows.
#pragma once

#include <string>
#include <vector>

#include "store/file/header.hpp"

namespace shoal::store {

// More shards would exhaust the files that a process may open.
inline constexpr std::int64_t most_shards = 256;

// The shards of `rows` rows in equal ranges: files STEM.shard-K-of-N.EXTENSION for the index STEM.EXTENSION. Errors:
// config, when `shards` is not from 1 to the rows and `most_shards`.
std::vector<Shard> divide_into_shards(std::string const& index_path, std::int64_t rows, std::int64_t shards);

// Where a shard lies: beside the index, wherever the index is now.
std::string shard_path(std::string const& index_path, Shard const& shard);

// The header of a shard, from that of the whole store in one file and the digest of the shard's own loci.
Header shard_header(Header const& whole, std::vector<Shard> const& shards, std::size_t number, std::string loci_digest);

// Errors: input, naming the shard, when a file is missing, is no store, or belongs to another index or place.
void check_shards(Header const& index, std::string const& index_path);

// Removes files with names of shards of this index that are not in `kept`.
void remove_other_shards(std::string const& index_path, std::vector<Shard> const& kept);

}  // namespace shoal::store
