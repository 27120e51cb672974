// SPDX-License-Identifier: MIT
#include "scan/fill_store.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "mpi/agree.hpp"
#include "scan/locus/path_completeness.hpp"
#include "scan/prepare/differences.hpp"
#include "store/job_lock.hpp"
#include "store/reader.hpp"

namespace shoal::scan {

namespace {

// Whether the store exists and may be written. Ranks agree on this before anything is touched.
bool decide_whether_to_create(StoreJob const& job) {
  bool const exists = std::filesystem::exists(job.output);
  if (!exists || job.overwrite) return true;
  if (job.resume) return false;
  fail(ErrorCode::config,
       fmt::format("the output {} exists: use --resume to go on with it or --overwrite to replace it", job.output));
}

void refuse_other_configuration(mpi::Communicator const& communicator, store::Writer const& writer,
                                StoreJob const& job) {
  std::string text = differences(writer.provenance(), job.provenance);
  // Rank 0's message holds for all: the others need not read the loci again.
  if (loci_differ(writer.provenance(), job.provenance) && communicator.rank() == 0) {
    text += "\n  the first locus that differs: " +
            first_different_locus(store::Reader(job.output), job.schema.loci, job.read);
  }
  if (!text.empty()) {
    fail(ErrorCode::config,
         fmt::format("{} was made by another configuration, so --resume cannot go on with it; what differs:{}",
                     job.output, text));
  }
  if (writer.schema().loci != job.schema.loci) {
    fail(ErrorCode::config, fmt::format("{} has {} loci, and this run {}: --resume cannot go on with it", job.output,
                                        writer.schema().loci, job.schema.loci));
  }
  if (job.shards != 0 && writer.shards() != job.shards) {
    fail(ErrorCode::config,
         fmt::format("--shards {}: the store {} lies in {}; leave the option away to resume it", job.shards, job.output,
                     writer.shards() == 1 ? "one file" : fmt::format("{} shards", writer.shards())));
  }
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

// Seconds of a run's phases, each of the rank that was slowest in it.
struct Phases {
  double starting = 0;   // inputs were read and checked
  double creating = 0;   // the store was made
  double verifying = 0;  // the store was opened and the checksums of its rows were compared
  double closing = 0;    // everything was written to disk
};

// The costs of all ranks, on every rank.
LocusCosts gathered(mpi::Communicator const& communicator, LocusCosts const& mine) {
  LocusCosts all;
  for (std::string const& text : communicator.gather_all(mine.text())) all += LocusCosts::parse(text);
  return all;
}

// Rank 0 appends the line; the sums are collective.
void log_run(mpi::Communicator const& communicator, StoreJob const& job, RankResult const& result,
             ScanSummary const& summary, PathCompleteness const& completeness, Phases const& phases,
             RunClock const& clock) {
  std::set<std::string> hosts;
  for (std::string const& host : communicator.gather_all(host_name())) hosts.insert(host);
  JsonLine line;
  line.add("started", clock.started()).add("ended", utc_now()).add("version", SHOAL_VERSION);
  line.add("hosts", join({hosts.begin(), hosts.end()}, ",")).add("ranks", std::int64_t{communicator.size()});
  line.add("threads", std::int64_t{job.loop.threads}).add("batch", job.batch);
  line.add("backend", std::string(device::to_string(job.loop.backend)));
  line.add("done", summary.done).add("failed", summary.failed).add("skipped", summary.skipped);
  line.add("pending", summary.pending);
  line.add("wall_seconds", communicator.max(clock.seconds()));
  line.add("start_seconds", communicator.max(phases.starting)).add("loci_seconds", job.loci_seconds);
  line.add("create_seconds", communicator.max(phases.creating));
  line.add("verify_seconds", communicator.max(phases.verifying));
  line.add("loop_seconds", communicator.max(result.seconds)).add("close_seconds", communicator.max(phases.closing));
  line.add("workers", communicator.sum(result.workers)).add("questions", communicator.sum(result.questions));
  line.add("peak_bytes", communicator.max(peak_resident_bytes()));
  line.add("rank_seconds", communicator.sum(result.seconds));
  line.add("rank_cpu_seconds", communicator.sum(result.cpu_seconds));
  for (std::size_t stage = 0; stage < stage_names.size(); ++stage) {
    line.add(fmt::format("{}_seconds", stage_names[stage]), communicator.sum(result.times.seconds[stage]));
    line.add(fmt::format("{}_cpu_seconds", stage_names[stage]), communicator.sum(result.times.cpu_seconds[stage]));
  }
  completeness.add_to(line);
  auto const costs = gathered(communicator, result.costs);
  line.add("computed", costs.count());
  std::vector<std::string> method_seconds;
  for (std::size_t place = 0; place < job.schema.models.size() * job.schema.methods.size(); ++place) {
    auto const& mine = result.times.method_seconds;
    method_seconds.push_back(fmt::format("{:.6g}", communicator.sum(place < mine.size() ? mine[place] : 0.0)));
  }
  line.add_json("method_seconds", fmt::format("[{}]", join(method_seconds, ", ")));
  line.add_json("locus_seconds", costs.text());
  if (communicator.rank() == 0) append_run_log(job.output, line);
}

}  // namespace

int device_of_local_rank(int local_rank, int devices) {
  return local_rank % std::max(1, devices);
}

int ranks_on_device(int local_rank, int ranks, int devices) {
  int const own = device_of_local_rank(local_rank, devices);
  int count = 0;
  for (int rank = 0; rank < ranks; ++rank) count += device_of_local_rank(rank, devices) == own ? 1 : 0;
  return count;
}

device::DeviceShare device_of(mpi::Communicator const& communicator, device::BackendKind backend) {
  if (backend != device::BackendKind::cuda) return {};
  mpi::Communicator const node = communicator.split_shared();
  int const devices = device::cuda_device_count();
  return {device_of_local_rank(node.rank(), devices), ranks_on_device(node.rank(), node.size(), devices)};
}

ScanSummary fill_store(mpi::Communicator const& communicator, StoreJob const& job, RunClock const& clock,
                       std::atomic<bool> const& stop) {
  Phases phases{.starting = clock.seconds()};
  auto const lock = store::JobLock::acquire_collective(communicator, job.output);
  bool create = false;
  mpi::together(communicator, [&] { create = communicator.rank() == 0 && decide_whether_to_create(job); });
  create = communicator.any(create);
  if (create) {
    log(LogLevel::info, fmt::format("{} loci of {} bases; the store {} takes {}", job.schema.loci, job.schema.length,
                                    job.output, human_bytes(static_cast<double>(store::predicted_bytes(job.schema)))));
    RunClock const creation;
    job.create();
    phases.creating = creation.seconds();
  }
  RunClock const opening;
  auto writer = store::Writer::open_collective(communicator, job.output, job.hints);
  mpi::together(communicator, [&] { refuse_other_configuration(communicator, writer, job); });

  auto const statuses = writer.verified_statuses_collective();
  auto const pending = rows_with(statuses, store::Status::pending);
  phases.verifying = opening.seconds();
  if (!create) {
    log(LogLevel::info, fmt::format("resuming: {} of {} loci are to be computed", pending.size(), job.schema.loci));
  }
  PathCompleteness completeness(job.schema);
  LoopOptions loop = job.loop;
  loop.on_row = [&completeness](store::Row const& row) { completeness.add(row); };
  RankResult const result = scan_pending(communicator, loop, job.read, job.make_row_maker, writer, pending, stop);
  RunClock const ending;
  writer.close_collective();
  phases.closing = ending.seconds();
  ScanSummary const summary = add_up(communicator, summarise(statuses), result.written);
  completeness.gather(communicator);
  log_run(communicator, job, result, summary, completeness, phases, clock);
  completeness.log();
  return summary;
}

}  // namespace shoal::scan
