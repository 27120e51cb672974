// SPDX-License-Identifier: MIT
// The heart of a scan on one rank: pull loci from the shared counter, keep the workers busy, write their rows.
#pragma once

#include <atomic>
#include <vector>

#include "scan/scan.hpp"
#include "scan/stage_times.hpp"
#include "store/store.hpp"

namespace shoal::scan {

// What one rank did.
struct RankResult {
  StageTimes times;
  double seconds = 0;   // of the loop
  ScanSummary written;  // rows that this rank wrote, by status
};

// Computes the rows `pending` (the same list on every rank) and writes them. Collective; errors on every rank alike.
RankResult scan_pending(mpi::Communicator const& communicator, ScanOptions const& options, genome::LocusTable& loci,
                        store::Writer& writer, std::vector<std::int64_t> const& pending, int device,
                        std::atomic<bool> const& stop);

}  // namespace shoal::scan
