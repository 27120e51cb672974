// SPDX-License-Identifier: MIT
// What the formats share: checks, layouts of arrays, names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exports/source.hpp"

namespace shoal::exports {

// Errors: config, when the source has no row; the message says how many of the chosen rows are not done.
void expect_rows(ExportSource const& source);

// One-hot [4, length]; a column of zeros where the sequence is N.
std::vector<std::int8_t> one_hot(genome::Codes const& sequence);

// [4, length] with everything but the sequence's own bases 0.
std::vector<double> projected_map(ExportedRow const& row);

// Names and values of the numbers that a table has per locus: the task's, then the method's.
std::vector<std::string> number_names(ExportSource const& source);
std::vector<double> numbers_of(ExportSource const& source, store::Row const& row);

// `path` without `suffix`, if it ends with it.
std::string without_suffix(std::string const& path, std::string_view suffix);

}  // namespace shoal::exports
