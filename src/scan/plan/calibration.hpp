// SPDX-License-Identifier: MIT
// What loci of a scan cost: a few of them computed as the scan would, and nothing written.
#pragma once

#include <vector>

#include "scan/prepare/prepared_scan.hpp"
#include "scan/schedule/locus_costs.hpp"

namespace shoal::scan {

struct Calibration {
  LocusCosts costs;               // costs for one worker while all workers of the rank compute
  double read = 0;                // seconds of the main thread for a locus's sequence
  double prepare = 0;             // seconds until a worker's networks and buffers are there
  std::int64_t base_bytes = 0;    // memory of this rank before its workers were made: program, networks, loci
  std::int64_t peak_bytes = 0;    // at the end
  std::int64_t device_bytes = 0;  // memory of a CUDA device
};

// Computes rows of `pending` on this rank's workers for a few seconds: at least two a worker, the first of which only
// warms it up. The rows are spread over the whole list, different ones on each rank. Ranks that calibrate at the same
// time see what they cost each other. Errors: as those of a scan, for whatever is not the locus's own.
Calibration calibrate(mpi::Communicator const& communicator, PreparedScan& scan,
                      std::vector<std::int64_t> const& pending);

}  // namespace shoal::scan
