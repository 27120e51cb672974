// SPDX-License-Identifier: MIT
// The rows of a store that an export uses.
#pragma once

#include <cstdint>
#include <vector>

#include "exports/source.hpp"
#include "store/reader.hpp"

namespace shoal::exports {

// Indices of the chosen rows, of any status, ascending. A locus is chosen by a region of its contig that shares
// at least one base with `part` of its window. Errors: config (a range outside the store), input (the BED).
std::vector<std::int64_t> chosen_rows(store::Reader const& reader, ExportRows const& rows,
                                      genome::WindowPart const& part);

}  // namespace shoal::exports
