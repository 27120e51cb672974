// SPDX-License-Identifier: MIT
// A scan whose inputs have been read and checked: what running it and planning it share.
#pragma once

#include <memory>
#include <optional>

#include "device/make_backend.hpp"
#include "scan/locus/row_maker.hpp"
#include "scan/scan_options.hpp"
#include "scan/schedule/scan_loop.hpp"

namespace shoal::scan {

class PreparedScan {
 public:
  // Collective; `options` outlive this object. Errors, on every rank alike: config, input.
  PreparedScan(mpi::Communicator const& communicator, ScanOptions const& options);

  genome::LocusTable const& loci() const { return *loci_; }
  store::Schema const& schema() const { return schema_; }
  store::Provenance const& provenance() const { return provenance_; }
  LoopOptions loop_options() const { return {.backend = options_.backend, .threads = options_.threads}; }
  device::DeviceShare device() const { return device_; }  // the CUDA device that this rank uses
  // Seconds of reading and comparing the loci, on the slowest rank; they grow with the number of loci.
  double loci_seconds() const { return loci_seconds_; }

  // The locus of a row, with its sequence. On the main thread only.
  LocusJob job(std::int64_t row);
  // Makes the pipeline of one worker with so many threads; this object outlives it.
  std::unique_ptr<RowMaker> make_row_maker(int threads) const;

 private:
  ScanOptions const& options_;
  std::optional<genome::LocusTable> loci_;
  attribution::MethodSet methods_;
  store::Schema schema_;
  store::Provenance provenance_;
  device::DeviceShare device_;
  double loci_seconds_ = 0;
};

}  // namespace shoal::scan
