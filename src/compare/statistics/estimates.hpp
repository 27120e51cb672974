// SPDX-License-Identifier: MIT
// From the files of groups to values with uncertainty, shared out over ranks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compare/groups/group_file.hpp"
#include "compare/statistics/bootstrap.hpp"
#include "mpi/communicator.hpp"

namespace shoal::compare {

// The groups of a run, complete.
struct MeasuredGroups {
  std::vector<GroupReader> readers;  // in order
  GroupShape shape;
  std::size_t rows = 0;  // of all groups

  // One column over all rows. Errors: input.
  std::vector<double> columns(std::size_t first, std::size_t count) const;
};

struct BootstrapOptions {
  std::int64_t resamples = 1000;
  double confidence = 0.95;
  std::uint64_t seed = 0;
};

struct Estimates {
  std::vector<Estimate> columns;     // [units · slots]
  std::vector<Estimate> words;       // [units]: kld_kmer
  std::vector<Estimate> directions;  // [units]: kld_direction
  // Resamples' values of the columns that were asked for.
  std::map<std::size_t, std::vector<double>> replicates;
};

// Loci are resampled for columns, groups of loci for divergences. The same bits for any number of ranks, on every rank.
// Collective; errors: input.
Estimates make_estimates(mpi::Communicator const& communicator, MeasuredGroups const& groups,
                         BootstrapOptions const& options, std::vector<std::size_t> const& kept);

}  // namespace shoal::compare
