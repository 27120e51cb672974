// SPDX-License-Identifier: MIT
// Which of several names a mistyped one was meant for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

// Insertions, deletions, substitutions and exchanges of neighbours that turn one text into the other, as few as
// possible (optimal string alignment).
std::size_t edit_distance(std::string_view one, std::string_view other);

// The name with the least edit distance, the first of several, where that is at most a third of the letters of `text`;
// or the only name that begins with `text`, where that has three letters.
std::optional<std::string> nearest(std::string_view text, std::span<std::string const> names);

}  // namespace shoal
