// SPDX-License-Identifier: MIT
#include "scan/scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "attribution/method.hpp"
#include "base/error.hpp"
#include "inference/gradient.hpp"
#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/locus/rows.hpp"
#include "scan/named_tasks.hpp"
#include "scan/prepare/prepared_scan.hpp"
#include "scan/prepare/small_libraries.hpp"
#include "scan/schedule/run_log.hpp"
#include "store/writer.hpp"

namespace shoal::scan {

void ScanOptions::validate() const {
  if (networks.empty()) fail(ErrorCode::config, "a scan needs a network: --model FILE");
  if (methods.empty()) fail(ErrorCode::config, "a scan needs at least one method: --methods additive-ridge");
  std::set<std::string> names;
  for (std::string const& name : methods) {
    attribution::make_method(name,
                             {.ridge = ridge, .gradient = gradient, .surrogates = surrogates, .pairwise = pairwise});
    if (!names.insert(name).second) fail(ErrorCode::config, fmt::format("--methods names {} twice", name));
  }
  names.clear();
  for (NamedNetwork const& named : networks) {
    if (!names.insert(named.name).second) {
      fail(ErrorCode::config, fmt::format("two models are called {}; name them: --model NAME=FILE", named.name));
    }
    std::vector<network::Task> const selected = tasks_of(named, tasks);
    bool const rescales = std::find(methods.begin(), methods.end(), "deepshap") != methods.end();
    if (!any_uses_gradient(make_methods(*this))) continue;
    inference::check_gradient(*named.network, selected, rescales);
  }
  if (resume && overwrite) fail(ErrorCode::config, "--resume and --overwrite exclude each other");
  if (shards < 0) fail(ErrorCode::config, fmt::format("--shards {}: choose 1 or more", shards));
  ridge.validate(design.mutants);
  stability.validate(design.mutants, ridge);
  if ((stability.repeats() || stability.converges()) && !any_uses_library(make_methods(*this))) {
    fail(ErrorCode::config, "--replicates and --converge need a method that is fitted to a library");
  }
  if ((stability.repeats() || stability.converges()) && design.kind != library::DesignKind::random) {
    fail(ErrorCode::config,
         "--replicates and --converge are for random libraries: those of other designs have no parts");
  }
  if (stability.converges() && keep_y) {
    fail(ErrorCode::config, "--converge and --keep-y exclude each other: libraries have different sizes");
  }
}

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
