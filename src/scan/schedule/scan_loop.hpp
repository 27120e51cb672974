// SPDX-License-Identifier: MIT
// The heart of a scan on one rank: pull loci from the shared counter, keep the workers busy, write their rows.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "scan/locus/row_maker.hpp"
#include "scan/scan_summary.hpp"
#include "scan/schedule/locus_costs.hpp"
#include "store/writer.hpp"

namespace shoal::scan {

// What one rank did.
struct RankResult {
  StageTimes times;
  LocusCosts costs;            // costs of the loci that it computed
  double seconds = 0;          // seconds of the loop, until its last row was written
  double cpu_seconds = 0;      // processor time of all its threads meanwhile
  std::int64_t workers = 0;    // workers that computed loci at the same time
  std::int64_t questions = 0;  // questions to the shared counter
  ScanSummary written;         // rows that this rank wrote, by status
};

// What a rank computes on.
struct LoopOptions {
  device::BackendKind backend = device::BackendKind::cpu;
  int threads = 1;  // threads of this rank
  // Called on the main thread with every row that this rank writes; nothing: not at all.
  std::function<void(store::Row const&)> on_row = {};
};

// How many loci a rank of `ranks` computes at the same time when `pending` are to be computed: one per thread, and no
// more than its share; on CUDA no more than three, each with a stream of its own.
int worker_count(LoopOptions const& options, std::int64_t pending, int ranks);

// Called on the worker's own thread, with the threads that it has.
using MakeRowMaker = std::function<std::unique_ptr<RowMaker>(int threads)>;

// Computes the rows `pending` (the same list on every rank) and writes them; `read` is called on the main thread.
// Collective; errors on every rank alike.
RankResult scan_pending(mpi::Communicator const& communicator, LoopOptions const& options,
                        std::function<LocusJob(std::int64_t row)> const& read, MakeRowMaker const& make_row_maker,
                        store::Writer& writer, std::vector<std::int64_t> const& pending, std::atomic<bool> const& stop);

}  // namespace shoal::scan
