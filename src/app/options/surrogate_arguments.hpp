// SPDX-License-Identifier: MIT
// What surrogates are told on the command line, beside --lambdas: the same options in `fit` and `scan`.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <vector>

#include "surrogate/surrogate_model.hpp"

namespace shoal::app {

struct SurrogateArguments {
  std::string gauge;
  std::string noise;
  int noise_order = 2;
  std::string curve;
  int sigmoids = 3;
  std::string alphas;
  double l1_ratio = 0.5;
  std::int64_t sparse_letters = 20;
  double pair_ratio = 1;
  std::int64_t pair_distance = 0;
  std::string pair_windows;
  bool standard_errors = false;
  int noise_rounds = 0;
  double theta_penalty = 0;
  std::string preset;

  void add_to(boost::program_options::options_description& options);
  // All but the lambdas, the reference and the user's frequencies. Errors: config.
  surrogate::SurrogateOptions resolved() const;
};

// What --preset NAME sets, as the text of a configuration file: squid (SurrogateMAVENN of squid-nn 0.4.8 on MAVE-NN
// 1.1.1, RidgeCV, Lasso and LIME as SQUID calls them) or mavenn (MAVE-NN 1.1.1). Errors: config.
std::string preset_text(std::string const& name);

// The numbers of --lambdas or --alphas. Errors: config.
std::vector<double> parse_penalties(std::string const& option, std::string const& text);

}  // namespace shoal::app
