// SPDX-License-Identifier: MIT
// What the options of a scan say about the shape of its rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attribution/method_set.hpp"
#include "scan/scan_options.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// True if the locus's random library is made and scored: for such a method, or for scores that are relative to it.
bool scores_a_library(ScanOptions const& options, attribution::MethodSet const& methods);

// A locus with its sequence, as the main thread gives it to a worker. A locus that is not to be computed has its
// status.
struct LocusJob {
  std::int64_t index = 0;
  genome::Locus locus;
  genome::Codes sequence;
  std::uint64_t identity = 0;  // genome::locus_identity of the two: keys the random numbers
  store::Status status = store::Status::done;
  std::string message = {};               // why a locus is not to be computed
  std::vector<float> y = {};              // for a refit: the scores that its source kept, as in store::Row
  std::vector<double> task_scalars = {};  // for a refit
};

// The job of a locus that is to be computed, with its identity.
LocusJob make_job(std::int64_t index, genome::Locus locus, genome::Codes sequence);

// What a store says about a method at loci of `length` bases.
store::MethodSchema method_schema(attribution::Method const& method, std::int64_t length);

// The store's schema for these options with their methods and `loci` rows of `length` bases, of which a shorter network
// reads the part around the same anchor.
store::Schema make_schema(ScanOptions const& options, attribution::MethodSet const& methods, std::int64_t loci,
                          std::int64_t length);

// The row of a locus without results: status, message and sequence; the store writes NaN for the rest.
store::Row row_without_results(LocusJob const& job, store::Status status, std::string message);

}  // namespace shoal::scan
