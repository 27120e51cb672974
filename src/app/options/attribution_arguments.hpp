// SPDX-License-Identifier: MIT
// What the methods that follow gradients, and pairwise mutagenesis, are told.
#pragma once

#include "app/command_line/option_row.hpp"
#include "attribution/gradient_options.hpp"
#include "attribution/pairwise_options.hpp"

namespace shoal::app {

struct AttributionArguments {
  attribution::GradientOptions gradient;
  attribution::PairwiseOptions pairwise;

  void add_to(OptionTable& options);
  attribution::GradientOptions resolved() const;  // errors: config
};

}  // namespace shoal::app
