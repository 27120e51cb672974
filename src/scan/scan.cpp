// SPDX-License-Identifier: MIT
#include "scan/scan.hpp"

#include "base/error.hpp"
#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/prepare/prepared_scan.hpp"
#include "scan/prepare/small_libraries.hpp"
#include "scan/run_log.hpp"
#include "store/writer.hpp"

namespace shoal::scan {

ScanSummary run_scan(mpi::Communicator const& communicator, ScanOptions const& options, std::atomic<bool> const& stop) {
  RunClock const clock;
  mpi::together(communicator, [&] {
    if (options.output.empty()) fail(ErrorCode::config, "a scan needs a store to write: --output FILE");
  });
  PreparedScan scan(communicator, options);
  warn_of_small_libraries(options.methods, options.surrogates.surrogate, options.design, scan.schema().length,
                          options.ridge.holdout);
  StoreJob const job{.output = options.output,
                     .resume = options.resume,
                     .overwrite = options.overwrite,
                     .shards = options.shards,
                     .hints = options.hints,
                     .schema = scan.schema(),
                     .provenance = scan.provenance(),
                     .loop = scan.loop_options(),
                     .batch = options.batch,
                     .loci_seconds = scan.loci_seconds(),
                     .create =
                         [&] {
                           store::Writer::create_collective(communicator, options.output, scan.schema(),
                                                            scan.provenance(), scan.loci(), job.files());
                         },
                     .read = [&](std::int64_t row) { return scan.job(row); },
                     .make_row_maker = [&](int threads) { return scan.make_row_maker(threads); }};
  return fill_store(communicator, job, clock, stop);
}

}  // namespace shoal::scan
