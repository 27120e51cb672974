// SPDX-License-Identifier: MIT
// Which columns of a table `shoal fit` reads.
#pragma once

#include <string>

#include "app/command_line/option_row.hpp"
#include "genome/measurement_table.hpp"

namespace shoal::app {

struct ColumnArguments {
  std::string sequence = genome::MeasurementColumns{}.sequence;
  std::string measurement = genome::MeasurementColumns{}.measurement;
  // "auto": the usual name, where the table has it; empty: no column; anything else: a column that must be there.
  std::string standard_error = "auto";
  std::string weight = "auto";
  std::string split = "auto";

  void add_to(OptionTable& options);
  genome::MeasurementColumns resolved() const;
  // Errors: config, where a column was named but no table is read.
  void refuse_without_table() const;
};

}  // namespace shoal::app
