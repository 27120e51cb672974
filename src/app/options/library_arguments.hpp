// SPDX-License-Identifier: MIT
// Options of the mutant library.
#pragma once

#include <optional>

#include "app/command_line/option_row.hpp"
#include "library/design.hpp"

namespace shoal::app {

struct LibraryArguments {
  library::Design design;  // its windows are the next two
  Window window{design.window_start, design.window_stop};
  std::optional<Window> second_window;

  void add_to(OptionTable& options);
  library::Design resolved() const;  // errors: config
};

}  // namespace shoal::app
