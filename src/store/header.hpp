// SPDX-License-Identifier: MIT
// What a store says about itself: format, schema and provenance, as attributes.
#pragma once

#include "hdf5/file.hpp"
#include "store/layout.hpp"

namespace shoal::store {

// The store's format, attribute `shoal_format` of the root group. A reader refuses any other.
inline constexpr char format_version[] = "2";

struct Header {
  Schema schema;
  Provenance provenance;
  LocusWidths widths;
};

// Makes the groups and their attributes, but no dataset; collective. Errors: output; config, when a provenance key is
// used twice.
void write_header(hid_t file, Schema const& schema, Provenance const& provenance);

// Reads them back from `file`, which `path` names in errors. Errors: input, when it is no store of this format.
Header read_header(hid_t file, std::string const& path);

}  // namespace shoal::store
