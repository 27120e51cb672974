// SPDX-License-Identifier: MIT
// The main job: loci × networks × methods → store, over all ranks of a communicator.
#pragma once

#include <atomic>

#include "mpi/communicator.hpp"
#include "scan/scan_options.hpp"
#include "scan/scan_summary.hpp"

namespace shoal::scan {

// Runs the scan; called by every rank with the same options (threads may differ). When `stop` becomes true on a rank
// (a signal handler sets it), every rank finishes the loci in hand, writes them and returns. Errors: on every rank
// alike, when any rank fails; rows that were written before stay valid.
ScanSummary run_scan(mpi::Communicator const& communicator, ScanOptions const& options, std::atomic<bool> const& stop);

}  // namespace shoal::scan
