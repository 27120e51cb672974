// SPDX-License-Identifier: MIT
// The row of an option that is one number, not negative.
#pragma once

#include <string>

#include "app/command_line/option_row.hpp"

namespace shoal::app {

template <class Number>
OptionRow<Number> number_row(std::string const& name, Number& target, std::string const& value,
                             std::string const& help) {
  OptionRow<Number> row;
  row.name = name;
  row.target = &target;
  row.value = value;
  row.help = help;
  row.check = not_negative<Number>;
  return row;
}

}  // namespace shoal::app
