// SPDX-License-Identifier: MIT
// Small text helpers: splitting, trimming and strict number parsing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

// The pieces of `text` between separators; there is always at least one, and pieces may be empty.
std::vector<std::string_view> split(std::string_view text, char separator);

// `text` without white space at both ends.
std::string_view trim(std::string_view text);

// `parts` with `separator` between them.
std::string join(std::vector<std::string> const& parts, std::string_view separator);

// The whole of `text` as a number; nothing if any of it is not part of the number or it is out of range.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_real(std::string_view text);

// `bytes` for a reader: "512 B", "1.2 MB", "400 GB" (powers of 1000).
std::string human_bytes(double bytes);

// `text` cut to at most `limit` bytes, with control characters made visible, for quoting foreign input in a message.
std::string quoted(std::string_view text, std::size_t limit = 60);

}  // namespace shoal
