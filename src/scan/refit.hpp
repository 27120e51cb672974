// SPDX-License-Identifier: MIT
// Fits a store's regressions again, to the scores that it kept: no network is read and no mutant is scored.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "attribution/surrogate_options.hpp"
#include "device/backend.hpp"
#include "mpi/communicator.hpp"
#include "scan/scan_summary.hpp"
#include "surrogate/additive_ridge.hpp"

namespace shoal::scan {

struct RefitOptions {
  std::string source;  // a store with y
  std::vector<std::string> methods = {"additive-ridge"};
  surrogate::RidgeOptions ridge;
  attribution::SurrogateMethodOptions surrogates;
  bool keep_y = false;  // copy the scores into the new store too

  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;  // threads of this rank

  std::string output;
  bool resume = false;
  bool overwrite = false;

  // What needs no file and no method. Errors: config.
  void validate() const;
};

// Fits `methods` at every done locus of the source to its y, on the library that (seed, design, locus) gives again, and
// writes a store with the source's loci, networks, tasks and task scalars. Rows that the source failed or skipped stay
// so in the new store. The same options give the maps of the scan, bit for bit, on the same kind of machine. The
// provenance is the source's for scores and library, and has the digest of the source's file. Called by every rank with
// the same options (threads may differ); `stop` as in run_scan. Errors, on every rank alike: config; input, when the
// source is no store, kept no y, has pending or damaged rows, or has a y of another length than its library.
ScanSummary run_refit(mpi::Communicator const& communicator, RefitOptions const& options,
                      std::atomic<bool> const& stop);

}  // namespace shoal::scan
