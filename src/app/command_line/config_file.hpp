// SPDX-License-Identifier: MIT
// A configuration file (INI), line by line, so that messages can name the line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace shoal::app {

// "key = value" with white space trimmed at both. In "[library]" the key `rate` may also be written `library.rate`:
// sections are headings only.
struct ConfigEntry {
  std::string key;      // without its section
  std::string written;  // as the file has it, its section before it: for messages
  std::string value;    // may be empty
  std::size_t line = 0;
};

// Entries in file order. Lines are headings "[…]", entries, blank, or comments: '#' at the beginning or after white
// space opens one. A byte order mark and CRLF are accepted. Errors: config, "FILE:LINE: …", for any other line and for
// control characters (no text file); config for a file that is missing, a folder or unreadable.
std::vector<ConfigEntry> read_config_file(std::string const& path);

}  // namespace shoal::app
