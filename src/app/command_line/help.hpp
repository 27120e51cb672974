// SPDX-License-Identifier: MIT
// What a command says about its options: to a reader, to `man`, to a shell that completes words.
#pragma once

#include <string>

#include "app/command_line/command_line.hpp"

namespace shoal::app {

// The options that parse_command_line adds to every table.
std::vector<Option> const& options_of_every_command();

// For --help: the common options of a table, or all where it has few; for --help-all: every option. Grouped by their
// section.
std::string help_text(CommandTable const& table, bool all);

// A page of section 1 in the macros of man(7).
std::string manual_page(CommandTable const& table);

// "--NAME", a line each.
std::string option_names(CommandTable const& table);

// Another option of the table that `name` may have been meant for, as "; did you mean --NAME?"; or nothing.
std::string suggestion(CommandTable const& table, std::string_view name);

}  // namespace shoal::app
