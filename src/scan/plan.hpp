// SPDX-License-Identifier: MIT
// What a scan will take, before it runs: wall time for any number of ranks, memory of a rank, size of the store.
#pragma once

#include <string>
#include <vector>

#include "mpi/communicator.hpp"
#include "scan/plan/dry_run.hpp"
#include "scan/scan_options.hpp"
#include "scan/schedule/locus_costs.hpp"

namespace shoal::scan {

struct PlanOptions {
  std::vector<std::int64_t> ranks = {1};  // to predict for
  std::int64_t loci = 0;                  // to pretend; 0: those that there are
  std::string run_log;                    // STORE.run.jsonl: costs of its last run; empty: a few loci are computed
};

// Where a plan's costs come from.
struct PlannedCosts {
  std::string source;  // for a reader
  LocusCosts loci;
  std::int64_t workers = 1;     // of a rank
  std::int64_t start_loci = 1;  // that were read during `start`, in
  double loci_seconds = 0;      // of it
  double start = 0;             // as DryRunMachine
  double create = 0;
  double prepare = 0;
  double close = 0;
  double read = 0;
  double write = 0;
};

struct ScanPlan {
  std::int64_t loci = 0;     // rows of the store
  std::int64_t pending = 0;  // of those, to be computed
  std::int64_t length = 0;
  PlannedCosts costs;
  std::int64_t store_bytes = 0;
  std::int64_t row_bytes = 0;
  std::int64_t rank_bytes = 0;    // of a rank's memory, at most
  std::int64_t base_bytes = 0;    // of those, program, networks and loci; 0: not known
  std::int64_t device_bytes = 0;  // of a CUDA device
  std::vector<std::int64_t> ranks;
  std::vector<DryRunResult> runs;  // one for each
};

// Collective; writes no file. Without a run log, every rank computes a few loci for some seconds, as the scan would;
// `options.output` is looked at to know which rows are pending, where options.resume says so. The pretended ranks have
// as many threads as this one. Errors, on every rank alike: as those of run_scan; input, for the run log.
ScanPlan plan_scan(mpi::Communicator const& communicator, ScanOptions const& options, PlanOptions const& plan);

// The plan as text of several lines.
std::string plan_text(ScanPlan const& plan);

}  // namespace shoal::scan
