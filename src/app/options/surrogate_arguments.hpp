// SPDX-License-Identifier: MIT
// What surrogates are told on the command line: the same options in `fit`, `scan` and `global`.
#pragma once

#include <string>
#include <vector>

#include "app/command_line/option_row.hpp"
#include "surrogate/additive_ridge.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::app {

// Which penalties are tried.
OptionRow<std::vector<double>> lambdas_row(std::vector<double>& target);

// How additive-ridge chooses its penalty. Its lambdas and holdout have rows of their own.
void add_lambda_selection(surrogate::RidgeOptions& ridge, OptionTable& options);

struct SurrogateArguments {
  surrogate::SurrogateOptions options;  // without reference and frequencies; lambdas: where the command has their row
  std::string preset;

  void add_to(OptionTable& table);
  // Errors: config.
  surrogate::SurrogateOptions resolved() const;
};

// What --preset NAME sets, as the text of a configuration file: squid (SurrogateMAVENN of squid-nn 0.4.8 on MAVE-NN
// 1.1.1, RidgeCV, Lasso and LIME as SQUID calls them) or mavenn (MAVE-NN 1.1.1). Errors: config.
std::string preset_text(std::string const& name);

}  // namespace shoal::app
