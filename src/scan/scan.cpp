// SPDX-License-Identifier: MIT
#include "scan/scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "attribution/method.hpp"
#include "base/error.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "model/gradient.hpp"
#include "mpi/agree.hpp"
#include "scan/provenance.hpp"
#include "scan/rows.hpp"
#include "scan/run_log.hpp"
#include "scan/scan_loop.hpp"

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

// Whether the store is there and may be written; agreed before anything is touched.
bool decide_whether_to_create(ScanOptions const& options) {
  bool const exists = std::filesystem::exists(options.output);
  if (!exists || options.overwrite) return true;
  if (options.resume) return false;
  fail(ErrorCode::config,
       fmt::format("the output {} exists: use --resume to go on with it or --overwrite to replace it", options.output));
}

void refuse_other_configuration(store::Writer const& writer, store::Provenance const& now, std::string const& path) {
  std::string const text = differences(writer.provenance(), now);
  if (text.empty()) return;
  fail(ErrorCode::config,
       fmt::format("{} was made by another configuration, so --resume cannot go on with it; what differs:{}", path,
                   text));
}

std::vector<std::int64_t> rows_with(std::vector<store::Status> const& statuses, store::Status status) {
  std::vector<std::int64_t> rows;
  for (std::size_t row = 0; row < statuses.size(); ++row) {
    if (statuses[row] == status) rows.push_back(static_cast<std::int64_t>(row));
  }
  return rows;
}

ScanSummary summarise(std::vector<store::Status> const& statuses) {
  auto const count = [&statuses](store::Status status) {
    return static_cast<std::int64_t>(std::count(statuses.begin(), statuses.end(), status));
  };
  return {.done = count(store::Status::done),
          .failed = count(store::Status::failed),
          .skipped = count(store::Status::skipped),
          .pending = count(store::Status::pending)};
}

// The rows by status after a run that found `before` and whose ranks wrote `written`.
ScanSummary add_up(mpi::Communicator const& communicator, ScanSummary const& before, ScanSummary const& written) {
  ScanSummary sum{.done = communicator.sum(written.done),
                  .failed = communicator.sum(written.failed),
                  .skipped = communicator.sum(written.skipped)};
  sum.pending = before.pending - sum.done - sum.failed - sum.skipped;
  sum.done += before.done;
  sum.failed += before.failed;
  sum.skipped += before.skipped;
  return sum;
}

// Rank 0 appends the line; the sums are collective.
void log_run(mpi::Communicator const& communicator, ScanOptions const& options, RankResult const& result,
             ScanSummary const& summary, std::string const& started) {
  std::set<std::string> hosts;
  for (std::string const& host : communicator.gather_all(host_name())) hosts.insert(host);
  JsonLine line;
  line.add("started", started).add("ended", utc_now()).add("version", SHOAL_VERSION);
  line.add("hosts", join({hosts.begin(), hosts.end()}, ",")).add("ranks", std::int64_t{communicator.size()});
  line.add("threads", std::int64_t{options.threads}).add("batch", options.batch);
  line.add("backend", std::string(device::to_string(options.backend)));
  line.add("done", summary.done).add("failed", summary.failed).add("skipped", summary.skipped);
  line.add("pending", summary.pending);
  line.add("rank_seconds", communicator.sum(result.seconds));
  for (std::size_t stage = 0; stage < stage_names.size(); ++stage) {
    line.add(fmt::format("{}_seconds", stage_names[stage]), communicator.sum(result.times.seconds[stage]));
  }
  if (communicator.rank() == 0) append_run_log(options.output, line);
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
  store::Provenance const provenance = make_provenance(options, communicator.broadcast(digest));

  auto const lock = store::JobLock::acquire_collective(communicator, options.output);
  bool create = false;
  mpi::together(communicator, [&] { create = communicator.rank() == 0 && decide_whether_to_create(options); });
  create = communicator.any(create);
  if (create) {
    log(LogLevel::info, fmt::format("{} loci of {} bases; the store {} takes {}", loci->size(), loci->length(),
                                    options.output, human_bytes(static_cast<double>(store::predicted_bytes(schema)))));
    store::Writer::create_collective(communicator, options.output, schema, provenance, *loci);
  }
  auto writer = store::Writer::open_collective(communicator, options.output);
  mpi::together(communicator, [&] { refuse_other_configuration(writer, provenance, options.output); });

  auto const statuses = writer.verified_statuses_collective();
  auto const pending = rows_with(statuses, store::Status::pending);
  if (!create) {
    log(LogLevel::info, fmt::format("resuming: {} of {} loci are to be computed", pending.size(), loci->size()));
  }
  int device = 0;
  if (options.backend == device::BackendKind::cuda) {
    device = communicator.split_shared().rank() % std::max(1, device::cuda_device_count());
  }
  RankResult const result = scan_pending(communicator, options, *loci, writer, pending, device, stop);
  writer.close_collective();
  ScanSummary const summary = add_up(communicator, summarise(statuses), result.written);
  log_run(communicator, options, result, summary, started);
  return summary;
}

}  // namespace shoal::scan
