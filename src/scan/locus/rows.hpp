// SPDX-License-Identifier: MIT
// What a scan's options say about the shape of its rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "attribution/method.hpp"
#include "scan/scan.hpp"
#include "store/schema.hpp"

namespace shoal::scan {

// The methods that the options name, in order. Errors: config.
std::vector<std::unique_ptr<attribution::Method>> make_methods(ScanOptions const& options);

// True when any of the methods needs the mutant library.
bool any_uses_library(std::vector<std::unique_ptr<attribution::Method>> const& methods);
// True when the locus's random library is made and scored: for such a method, or for scores that are relative to it.
bool scores_a_library(ScanOptions const& options, std::vector<std::unique_ptr<attribution::Method>> const& methods);
// True when any of the methods needs gradients.
bool any_uses_gradient(std::vector<std::unique_ptr<attribution::Method>> const& methods);

// A locus with its sequence, as the main thread hands it to a worker; one that is not to be computed has its status.
struct LocusJob {
  std::int64_t index = 0;
  genome::Locus locus;
  genome::Codes sequence;
  store::Status status = store::Status::done;
  std::string message = {};               // of a locus that is not to be computed
  std::vector<float> y = {};              // of a refit: the scores that its source kept, as in store::Row
  std::vector<double> task_scalars = {};  // of a refit
};

// What a store says of a method at loci of `length` bases.
store::MethodSchema method_schema(attribution::Method const& method, std::int64_t length);

// The store's schema for these options and `loci` rows of `length` bases, of which a shorter network reads the part
// around the same anchor.
store::Schema make_schema(ScanOptions const& options, std::int64_t loci, std::int64_t length);

// The row of a locus without results: status, message and sequence; the store writes NaN for the rest.
store::Row row_without_results(LocusJob const& job, store::Status status, std::string message);

}  // namespace shoal::scan
