// SPDX-License-Identifier: MIT
// Which rows of a store an export takes.
#pragma once

#include <cstdint>
#include <vector>

#include "exports/source.hpp"

namespace shoal::exports {

// Indices of the chosen rows, whatever their status, ascending. A locus is chosen by a region of its contig that shares
// at least one base with `part` of its window. Errors: config (a range outside the store), input (the BED).
std::vector<std::int64_t> chosen_rows(store::Reader const& reader, ExportRows const& rows,
                                      genome::WindowPart const& part);

}  // namespace shoal::exports
