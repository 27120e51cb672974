// SPDX-License-Identifier: MIT
// Measuring all loci, group after group, on all ranks.
#pragma once

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "compare/compare.hpp"
#include "compare/groups/group_file.hpp"
#include "compare/groups/slots.hpp"
#include "compare/sources/store_set.hpp"

namespace shoal::compare {

// How the compared rows are divided: at most `most_groups` contiguous groups, which divergences are resampled by.
class Groups {
 public:
  static constexpr std::int64_t most_groups = 40;

  explicit Groups(std::int64_t rows);
  std::int64_t count() const { return count_; }
  // Places [first, last) in StoreSet::rows of a group.
  std::pair<std::int64_t, std::int64_t> range(std::int64_t group) const {
    return {rows_ * group / count_, rows_ * (group + 1) / count_};
  }

 private:
  std::int64_t rows_, count_;
};

// Radius cutoffs [units] of kld_direction, of all compared loci. Collective.
std::vector<double> radius_cutoffs(mpi::Communicator const& communicator, StoreSet const& stores, Groups const& groups,
                                   CompareOptions const& options);

// What is left of the groups of this rank is measured and written to `folder`. Returns how many groups of all ranks
// were there already, or -1 if `stop` ended it on any rank. Collective.
std::int64_t measure_groups(mpi::Communicator const& communicator, StoreSet const& stores, Groups const& groups,
                            CompareOptions const& options, SlotPlan const& plan, GroupShape const& shape,
                            std::string const& folder, std::atomic<bool> const& stop);

std::string group_path(std::string const& folder, std::int64_t group);

}  // namespace shoal::compare
