// SPDX-License-Identifier: MIT
// Whether two stores explain the same loci, and what identifies a store's contents.
#pragma once

#include <string>

#include "store/reader.hpp"

namespace shoal::compare {

// "NAME (contig:start-end, strand)".
std::string place_text(genome::Locus const& locus);

// Errors: input, naming both stores and the first row that differs: another number of loci, or another contig, anchor,
// strand or name. Windows may differ in length around the same anchor.
void check_same_loci(store::Reader const& first, store::Reader const& other);

// Digest of provenance, statuses and loci: two stores with the same are the same scan as far as it went.
std::string contents_digest(store::Reader const& reader);

}  // namespace shoal::compare
