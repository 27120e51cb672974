// SPDX-License-Identifier: MIT
// Which network to interpret with which method.
#pragma once

#include <vector>

#include "compare/compare.hpp"
#include "compare/generalisation/generalisation.hpp"
#include "compare/groups/slots.hpp"
#include "compare/sources/store_set.hpp"
#include "compare/statistics/estimates.hpp"

namespace shoal::compare {

// The columns by which networks and methods are ranked where they are measured: validity (auroc of options.form) and
// faithfulness (faithfulness_r2). Consistency is not among them: it is high for damaged networks too.
std::vector<std::size_t> ranking_slots(SlotPlan const& plan, CompareOptions const& options);

// Adds to `result`, for every question: the rank of each network and method (the mean of its ranks by validity,
// faithfulness and generalisation, ranked; its interval over resamples), whether it is on the Pareto front of these,
// kld_direction and randomisation_loss, paired tests of the chosen one against every other, and a verdict in words. A
// network whose generalisation is lower than the best one's by more than options.margin is not chosen.
//
// Where neither validity nor generalisation is known, no network is chosen: maps of a damaged network are as faithful
// to it as those of a good one. Then the verdict names the method that is most faithful in the mean over networks.
struct SelectionInput {
  StoreSet const& stores;
  SlotPlan const& plan;
  MeasuredGroups const& groups;
  Estimates const& estimates;
  Generalisation const& generalisation;
  CompareOptions const& options;
};
void add_selection(SelectionInput const& input, CompareResult& result);

}  // namespace shoal::compare
