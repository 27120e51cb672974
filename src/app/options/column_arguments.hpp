// SPDX-License-Identifier: MIT
// Which columns of a table `shoal fit` reads.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>

#include "genome/measurement_table.hpp"

namespace shoal::app {

struct ColumnArguments {
  std::string sequence;
  std::string measurement;
  // "auto": the usual name, where the table has it; empty: no column; anything else: a column that must be there.
  std::string standard_error;
  std::string weight;
  std::string split;

  void add_to(boost::program_options::options_description& options);
  genome::MeasurementColumns resolved() const;
  // Errors: config, where a column was named but no table is read.
  void refuse_without_table() const;
};

}  // namespace shoal::app
