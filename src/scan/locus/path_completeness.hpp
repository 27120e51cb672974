// SPDX-License-Identifier: MIT
// How complete the maps of integrated-gradients and expected-gradients are, summed up at the end of a run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mpi/communicator.hpp"
#include "scan/run_log.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// Counts maps (one per locus and task) of methods with the scalars relative_error, steps and missed
// (attribution/gradients/path_methods.hpp), in little memory however many there are.
class PathCompleteness {
 public:
  explicit PathCompleteness(store::Schema const& schema);

  // Counts a row that is done.
  void add(store::Row const& row);
  // Adds the counts of all other ranks; collective.
  void gather(mpi::Communicator const& communicator);

  struct OfMethod {
    std::string name;
    std::size_t place = 0;                         // its number among the schema's methods
    std::size_t error = 0, steps = 0, missed = 0;  // places among its scalars
    std::int64_t loci = 0, missed_loci = 0;        // loci with a map that missed the tolerance
    std::int64_t maps = 0, missed_maps = 0;
    std::int64_t sum_of_steps = 0;
    std::map<int, std::int64_t> bins;  // by relative error, bins 2^(1/64) wide (1 %)

    // The error that a share of the maps does not exceed, to 1 %; 0 without maps.
    double quantile(double share) const;
    std::string text() const;
  };
  std::vector<OfMethod> const& methods() const { return methods_; }

  // METHOD.maps, METHOD.missed, METHOD.missed_loci, METHOD.steps (mean), METHOD.error_50, METHOD.error_95.
  void add_to(JsonLine& line) const;
  // One line per method, and a warning if maps missed the tolerance. Nothing for methods without maps.
  void log() const;

 private:
  std::size_t schema_methods_;
  std::vector<OfMethod> methods_;
};

}  // namespace shoal::scan
