// SPDX-License-Identifier: MIT
// Command line and configuration file of one subcommand, by one table of options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command_line/option_row.hpp"

namespace shoal::app {

// The table that one subcommand understands. --help, --config and --print-config are added to every table.
struct CommandTable {
  std::string name;        // "scan"
  std::string summary;     // one line
  std::string positional;  // option that words without a dash belong to, or empty
  OptionTable options;
  // The text of a configuration file for the value of the option "preset", which the table then has; may be null.
  std::string (*preset)(std::string const& name) = nullptr;
};

// Fills the targets of the table's rows: the command line first, then --config FILE (INI; sections
// are headings only), then what a preset sets, then defaults. Returns a text to print and stop with status 0 (--help,
// --print-config), or nothing. --print-config gives a file that --config reads, section by section, each value with its
// row's comment; configs/ has such files. Errors: config, naming the option or the file and line.
std::optional<std::string> parse_command_line(CommandTable const& table, std::vector<std::string> const& words);

}  // namespace shoal::app
