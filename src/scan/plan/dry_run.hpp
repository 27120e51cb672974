// SPDX-License-Identifier: MIT
// A scan that computes nothing: any number of pretended ranks share out loci with the scheduling code of a real
// one (RankSchedule), in virtual time.
#pragma once

#include <cstdint>
#include <vector>

namespace shoal::scan {

// The machine of the pretended job; all times are in seconds.
struct DryRunMachine {
  std::int64_t ranks = 1;
  std::int64_t workers = 1;  // workers per rank
  double start = 0;          // until all ranks know their loci
  double create = 0;         // until the store is made and opened
  double prepare = 0;        // until a worker has its networks and buffers
  double close = 0;          // until everything is on disk
  double read = 0;           // main thread of a rank, per locus
  double write = 0;          // main thread of a rank, per row
  double latency = 5e-6;     // seconds of a question to the counter, and as many of its answer
  double service = 2e-6;     // seconds of rank 0 per question; it serves one after the other, between its own rows
  std::vector<double> slowness = {};  // one per rank: a locus takes so many times its cost; empty: 1 everywhere
};

struct DryRunResult {
  double wall = 0;          // seconds of the whole job
  double loop = 0;          // seconds of sharing out, computing and writing
  double computing = 0;     // seconds of all workers together
  double efficiency = 0;    // computing / (wall · ranks · workers)
  double idle_end = 0;      // from the first rank without work to the last one's end, within `loop`
  double longest_wait = 0;  // longest wait of any rank for an answer while a worker of it was idle
  std::int64_t questions = 0;
  std::vector<std::int64_t> loci;  // loci that each rank computed
};

// Shares out loci that cost `costs` seconds on a worker. The same arguments give the same result.
DryRunResult dry_run(DryRunMachine const& machine, std::vector<double> const& costs);

}  // namespace shoal::scan
