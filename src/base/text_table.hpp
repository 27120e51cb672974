// SPDX-License-Identifier: MIT
// Rows of words as columns of even width.
#pragma once

#include <string>
#include <vector>

namespace shoal {

// The first `left` columns begin at the left, the others, numbers, end at the right; two spaces between.
std::string print_table(std::vector<std::vector<std::string>> const& rows, std::size_t left);

}  // namespace shoal
