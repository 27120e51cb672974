// SPDX-License-Identifier: MIT
// What observations cannot tell, whatever is fitted to them.
#pragma once

#include <cstdint>
#include <string>

#include "surrogate/observations.hpp"

namespace shoal::surrogate {

// Rows that a fit sees: training and validation.
std::int64_t fitted_rows(Observations const& observations);

// True when every response of the task is the same in the rows that are fitted.
bool constant_response(Observations const& observations, std::int64_t task);

struct LibraryChecks {
  bool varies = false;          // some position has two letters in the rows that are fitted
  bool single_mutants = false;  // no fitted row differs from the consensus at two positions or more
  std::int64_t unseen = 0;      // letters, counted over positions that vary, that no fitted row has
  std::string unseen_text;      // the first few of them: "position 3 lacks C, G; …" (from 0), empty without any
};
LibraryChecks check_library(Observations const& observations);

}  // namespace shoal::surrogate
