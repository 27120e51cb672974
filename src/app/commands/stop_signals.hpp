// SPDX-License-Identifier: MIT
// How a long run is asked to stop early, and how it says that it ended.
#pragma once

#include <atomic>
#include <string>

#include "scan/scan_summary.hpp"

namespace shoal::app {

// Becomes true when SLURM warns with SIGTERM or the signal of --signal: the loci in hand are finished, written, and the
// job can resume. Call it before MPI starts.
std::atomic<bool> const& stop_on_signals();

// Logs the rows of a finished run by status; its exit status.
int report(scan::ScanSummary const& summary, std::string const& output);

}  // namespace shoal::app
