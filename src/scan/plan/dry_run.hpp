// SPDX-License-Identifier: MIT
// A scan without computing anything: any number of pretended ranks share out loci with the scheduling code of a real
// one (RankSchedule), in virtual time.
#pragma once

#include <cstdint>
#include <vector>

namespace shoal::scan {

// What the pretended job runs on, in seconds.
struct DryRunMachine {
  std::int64_t ranks = 1;
  std::int64_t workers = 1;  // workers per rank
  double start = 0;          // until all ranks know their loci
  double create = 0;         // the store is made and opened
  double prepare = 0;        // a worker makes its networks and buffers
  double close = 0;          // everything is on disk
  double read = 0;           // a rank's main thread, for a locus
  double write = 0;          // a rank's main thread, for a row
  double latency = 5e-6;     // of a question to the counter, and of its answer: seconds each
  double service = 2e-6;     // seconds of rank 0 per question; it serves one after the other, between its own rows
  std::vector<double> slowness = {};  // one per rank: a locus takes so many times its cost; empty: 1 everywhere
};

struct DryRunResult {
  double wall = 0;          // seconds of the whole job
  double loop = 0;          // seconds of sharing out, computing and writing
  double computing = 0;     // seconds of all workers together
  double efficiency = 0;    // computing / (wall · ranks · workers)
  double idle_end = 0;      // from the first rank that has nothing left to do to the last, within `loop`
  double longest_wait = 0;  // longest wait of any rank for an answer while a worker of it was idle
  std::int64_t questions = 0;
  std::vector<std::int64_t> loci;  // that each rank computed
};

// Shares out loci that cost `costs` seconds on a worker. The same arguments give the same result.
DryRunResult dry_run(DryRunMachine const& machine, std::vector<double> const& costs);

}  // namespace shoal::scan
