// SPDX-License-Identifier: MIT
// Byte order marks, which editors and spreadsheets write at the beginning of a text file.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

// The mark of UTF-8, which says nothing and is skipped.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// "" or, for text that begins with the mark of UTF-16 or UTF-32, what is wrong and what to do: the end of a message
// that names the file.
std::string encoding_objection(std::string_view beginning);

}  // namespace shoal
