// SPDX-License-Identifier: MIT
// Network files that Shoal does not read: what they are, and what to do about it.
#pragma once

#include <string>
#include <string_view>

namespace shoal::readers {

// What to say about the file or folder `file`, which is in no format of networks and begins with `bytes` (64, or all of
// a shorter file): what it is, if its bytes or its name tell that, and how to make a file of it that can be read.
std::string foreign_file_text(std::string const& file, std::string_view bytes);

// The same for a zip archive with a member called `member`; empty if that tells nothing.
std::string foreign_archive_text(std::string const& file, std::string_view member);

}  // namespace shoal::readers
