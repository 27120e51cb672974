// SPDX-License-Identifier: MIT
// How well networks predict, from labels that are scored here or from a table of another program.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compare/compare.hpp"
#include "compare/sources/store_set.hpp"

namespace shoal::compare {

struct Generalisation {
  std::string name;                         // of what ranks; empty: nothing does
  std::vector<std::vector<double>> values;  // [networks][questions]; NaN where it is not known
  std::vector<Measurement> measurements;    // label_… of every scored network and task
};

// Metrics of scores against values: label_pearson, label_spearman, label_mse; if the values are 0 and 1 (both are
// there), label_auroc and label_aupr (trapezoids). Standard errors: (1 - r²) / sqrt(n - 1) of Pearson's, Hanley and
// McNeil's (Radiology 1982) of the AUROC, that of a mean of the squared error; NaN of the others.
std::vector<Measurement> label_metrics(std::span<double const> scores, std::span<double const> values);

// Collective: sequences are shared out over ranks; the same on every rank. What ranks is the table's column if one is
// named, else label_auroc where the labels have two classes, else label_pearson. Errors: config, input, naming the
// network.
Generalisation measure_generalisation(mpi::Communicator const& communicator, StoreSet const& stores,
                                      CompareOptions const& options);

}  // namespace shoal::compare
