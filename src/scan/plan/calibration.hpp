// SPDX-License-Identifier: MIT
// What the loci of a scan cost: a few of them are computed as the scan would, and nothing is written.
#pragma once

#include <vector>

#include "scan/prepare/prepared_scan.hpp"
#include "scan/schedule/locus_costs.hpp"

namespace shoal::scan {

struct Calibration {
  LocusCosts costs;               // costs for one worker while all workers of the rank compute
  double read = 0;                // seconds of the main thread per locus's sequence
  double prepare = 0;             // seconds until a worker's networks and buffers are ready
  std::int64_t base_bytes = 0;    // memory of this rank before its workers were made: program, networks, loci
  std::int64_t peak_bytes = 0;    // memory of this rank at the end
  std::int64_t device_bytes = 0;  // memory of a CUDA device
};

// Computes rows of `pending` on this rank's workers for a few seconds: at least two per worker, of which the first only
// warms it up. The rows are spread over the whole list, and each rank takes different ones. Ranks that calibrate at the
// same time see how they slow each other. Errors: as those of a scan, for whatever is not the locus's own.
Calibration calibrate(mpi::Communicator const& communicator, PreparedScan& scan,
                      std::vector<std::int64_t> const& pending);

}  // namespace shoal::scan
