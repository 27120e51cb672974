// SPDX-License-Identifier: MIT
// Fills a store, from nothing or from where an earlier run stopped, until every row is written: what scans and refits
// share.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "device/make_backend.hpp"
#include "scan/run_log.hpp"
#include "scan/scan_summary.hpp"
#include "scan/schedule/scan_loop.hpp"
#include "store/schema.hpp"
#include "store/writer.hpp"

namespace shoal::scan {

struct StoreJob {
  std::string output;
  bool resume = false;      // go on with an existing store; a missing one is made
  bool overwrite = false;   // replace an existing store
  std::int64_t shards = 0;  // shards of a new store, 0: one file; for a store to resume, 0 or what it has
  mpi::Hints hints = {};    // for the MPI-IO layer
  store::Schema schema;
  store::Provenance provenance;
  LoopOptions loop;
  std::int64_t batch = 0;        // for the run log
  double loci_seconds = 0;       // for the run log: seconds of reading the loci, so that larger scans can be planned
  std::function<void()> create;  // makes the empty store; collective
  std::function<LocusJob(std::int64_t row)> read;
  MakeRowMaker make_row_maker;

  store::FileOptions files() const { return {.shards = shards == 0 ? 1 : shards, .hints = hints}; }
};

// The CUDA device of the rank that is number `local_rank` of its node, which has `devices`: one per rank, in turn where
// ranks outnumber devices.
int device_of_local_rank(int local_rank, int devices);
// Ranks of a node with `ranks` and `devices` that compute on the device of rank `local_rank`.
int ranks_on_device(int local_rank, int ranks, int devices);
// The device of this rank and how many of its node's ranks have the same; the first for other backends. Collective.
device::DeviceShare device_of(mpi::Communicator const& communicator, device::BackendKind backend);

// Called by every rank with the same job (threads may differ). When `stop` becomes true on a rank, every rank finishes
// the loci in hand, writes them and returns. `clock` began with the run. Errors: on every rank alike.
ScanSummary fill_store(mpi::Communicator const& communicator, StoreJob const& job, RunClock const& clock,
                       std::atomic<bool> const& stop);

}  // namespace shoal::scan
