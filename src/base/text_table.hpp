// SPDX-License-Identifier: MIT
// Rows of words as columns of even width.
#pragma once

#include <string>
#include <vector>

namespace shoal {

// The first `left` columns are aligned on the left, the others, which are numbers, on the right; two spaces between.
std::string print_table(std::vector<std::vector<std::string>> const& rows, std::size_t left);

}  // namespace shoal
