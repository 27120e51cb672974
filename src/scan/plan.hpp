// SPDX-License-Identifier: MIT
// What a scan will take, before it runs: wall time for any number of ranks, memory per rank, size of the store.
#pragma once

#include <string>
#include <vector>

#include "mpi/communicator.hpp"
#include "scan/plan/dry_run.hpp"
#include "scan/scan_options.hpp"
#include "scan/schedule/locus_costs.hpp"

namespace shoal::scan {

struct PlanOptions {
  std::vector<std::int64_t> ranks = {1};  // numbers of ranks to predict for
  std::int64_t loci = 0;                  // number of loci to pretend; 0: the real number
  std::string run_log;                    // STORE.run.jsonl: costs of its last run; empty: a few loci are computed
};

// Where the costs of a plan come from.
struct PlannedCosts {
  std::string source;  // text for a reader
  LocusCosts loci;
  std::int64_t workers = 1;     // workers per rank
  std::int64_t start_loci = 1;  // loci that were read during `start`
  double loci_seconds = 0;      // seconds of it that computed loci
  double start = 0;             // costs as in DryRunMachine
  double create = 0;
  double prepare = 0;
  double close = 0;
  double read = 0;
  double write = 0;
};

struct ScanPlan {
  std::int64_t loci = 0;     // rows of the store
  std::int64_t pending = 0;  // rows of those that are to be computed
  std::int64_t length = 0;
  PlannedCosts costs;
  std::int64_t store_bytes = 0;
  std::int64_t row_bytes = 0;
  std::int64_t rank_bytes = 0;    // memory of a rank, at most
  std::int64_t base_bytes = 0;    // the part of it for program, networks and loci; 0: not known
  std::int64_t device_bytes = 0;  // memory of a CUDA device
  std::vector<std::int64_t> ranks;
  std::vector<DryRunResult> runs;  // one per number of ranks
};

// Collective; writes no file. Without a run log, every rank computes a few loci for some seconds, as the scan would.
// If options.resume is set, `options.output` is read to know which rows are pending. The pretended ranks have
// as many threads as this one. Errors, on every rank alike: as those of run_scan; input, for the run log.
ScanPlan plan_scan(mpi::Communicator const& communicator, ScanOptions const& options, PlanOptions const& plan);

// The plan as text of several lines.
std::string plan_text(ScanPlan const& plan);

}  // namespace shoal::scan
