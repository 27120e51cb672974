// SPDX-License-Identifier: MIT
// Command line and configuration file of one subcommand, by one table of options.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

namespace shoal::app {

// The table that one subcommand understands. --help, --config and --print-config are added to every table.
struct CommandTable {
  std::string name;        // "scan"
  std::string summary;     // one line
  std::string positional;  // option that words without a dash belong to, or empty
  boost::program_options::options_description options;
  // The text of a configuration file for the value of the option "preset", which the table then has; may be null.
  std::string (*preset)(std::string const& name) = nullptr;
};

// Fills the variables that the table's options are bound to: the command line first, then --config FILE (INI; sections
// are headings only), then what a preset sets, then defaults. Returns a text to print and stop with status 0 (--help,
// --print-config), or nothing. Errors: config, naming the option or the file and key.
std::optional<std::string> parse_command_line(CommandTable const& table, std::vector<std::string> const& words);

}  // namespace shoal::app
