// SPDX-License-Identifier: MIT
#include "scan/scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "attribution/method.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "model/gradient.hpp"
#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/locus_pipeline.hpp"
#include "scan/provenance.hpp"
#include "scan/rows.hpp"
#include "scan/run_log.hpp"

namespace shoal::scan {

namespace {

void check_networks(ScanOptions const& options, std::int64_t length) {
  for (NamedNetwork const& named : options.networks) {
    if (named.network->input_length() == length) continue;
    fail(ErrorCode::input,
         fmt::format("the network {} ({}) reads {} bases, but the loci have {}; use --length {}", named.name,
                     named.network->source, named.network->input_length(), length, named.network->input_length()));
  }
}

LocusJob job_of(genome::LocusTable& loci, std::int64_t row) {
  LocusJob job{.index = row, .locus = loci.locus(row), .sequence = loci.sequence(row)};
  if (!job.locus.skip_reason.empty()) job.status = store::Status::skipped;
  job.message = job.locus.skip_reason;
  return job;
}

}  // namespace

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
    std::vector<model::Task> const selected = model::select_tasks(*named.network, tasks);
    bool const rescales = std::find(methods.begin(), methods.end(), "deepshap") != methods.end();
    if (!any_uses_gradient(make_methods(*this))) continue;
    model::check_gradient(*named.network, selected, rescales);
  }
  if (output.empty()) fail(ErrorCode::config, "a scan needs a store to write: --output FILE");
  if (resume && overwrite) fail(ErrorCode::config, "--resume and --overwrite exclude each other");
  ridge.validate(design.mutants);
}

ScanSummary run_scan(mpi::Communicator const& communicator, ScanOptions const& options, std::atomic<bool> const& stop) {
  std::string const started = utc_now();
  std::optional<genome::LocusTable> loci;
  mpi::together(communicator, [&] {
    options.validate();
    loci.emplace(genome::LocusTable::read(options.loci));
    check_networks(options, loci->length());
    options.design.validate(loci->length());
    for (auto const& method : make_methods(options)) method->arrays(loci->length());
  });
  store::Schema const schema = make_schema(options, loci->size(), loci->length());
  std::string digest;
  mpi::together(communicator, [&] {
    if (communicator.rank() == 0) digest = loci_digest(*loci);
  });
  int const device = device_of(communicator, options.backend);
  StoreJob const job{
      .output = options.output,
      .resume = options.resume,
      .overwrite = options.overwrite,
      .schema = schema,
      .provenance = make_provenance(options, communicator.broadcast(digest)),
      .loop = {.backend = options.backend, .threads = options.threads},
      .batch = options.batch,
      .create = [&] { store::Writer::create_collective(communicator, options.output, schema, job.provenance, *loci); },
      .read = [&](std::int64_t row) { return job_of(*loci, row); },
      .make_row_maker = [&, device](int threads) -> std::unique_ptr<RowMaker> {
        return std::make_unique<LocusPipeline>(options, schema, threads, device);
      }};
  return fill_store(communicator, job, started, stop);
}

}  // namespace shoal::scan
