// SPDX-License-Identifier: MIT
// What `shoal predict` writes: a table of scores, or whole profiles as a table or a numpy archive.
#pragma once

#include <string>

#include "app/commands/predictor.hpp"

namespace shoal::app {

// Tab-separated, a line a locus: its name, then a number a column; NA where the locus was skipped. To `path`, or
// standard output where it is empty. Errors: output.
void write_scores(std::string const& path, Predictor& predictor);

// Every position of every head. A path that ends in .npz: one float32 array `profiles` [loci, positions, columns] (the
// columns' names go to the log), NaN where a locus was skipped; all columns need as many positions (errors: config).
// Another path, or standard output: tab-separated, a line a position: name, head, position (from 0) and value.
void write_profiles(std::string const& path, Predictor& predictor);

}  // namespace shoal::app
