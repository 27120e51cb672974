// SPDX-License-Identifier: MIT
// What a store says about itself: format, schema and provenance, as attributes.
#pragma once

#include <optional>

#include "hdf5/file.hpp"
#include "hdf5/virtual_dataset.hpp"
#include "store/file/layout.hpp"

namespace shoal::store {

// The store's format, attribute `shoal_format` of the root group; a reader refuses any other. If all networks of a
// store read the whole window, it has the older format, so that programs that know nothing of parts read it too.
inline constexpr char format_of_windows[] = "2";
inline constexpr char format_of_parts[] = "3";

// A file that holds a range of an index's rows, by its name beside the index.
using Shard = hdf5::RowSource;

// Which part of a whole store a shard is.
struct PartOfStore {
  std::int64_t number = 0;  // from 1
  std::int64_t shards = 0;
  std::int64_t first = 0;  // the whole's row that is this file's row 0
  std::string whole;       // header_digest that the whole store would have in one file
};

struct Header {
  Schema schema;
  Provenance provenance;
  LocusWidths widths;
  std::string loci_digest;          // LociDigest of the file's rows; empty in a store that other programs made
  std::vector<Shard> shards = {};   // shards of an index, which hold the rows
  std::optional<PartOfStore> part;  // set for a shard
};

// Makes the groups and their attributes, but no dataset; collective. Errors: output; config, when a provenance key is
// used twice.
void write_header(hid_t file, Header const& header);

// Reads them back from `file`, which `path` names in errors. Errors: input, when it is no store of this format, or when
// its header is not what was written.
Header read_header(hid_t file, std::string const& path);

}  // namespace shoal::store
