// SPDX-License-Identifier: MIT
#include "scan/plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mpi/agree.hpp"
#include "scan/plan/calibration.hpp"
#include "scan/run_log.hpp"
#include "scan/schedule/progress.hpp"
#include "store/reader.hpp"

namespace shoal::scan {

namespace {

// Costs that are not measured here, for an ordinary local file system (src/store/README.md); a run log has better
// numbers.
constexpr double write_call = 15e-6;             // seconds per dataset of a row, of any size …
constexpr double write_byte = 1e-9;              // … and per byte
constexpr double create_store = 0.1;             // seconds once …
constexpr double create_row = 7e-7;              // … and per row
constexpr double close_store = 0.1;              // seconds
constexpr std::int64_t store_buffers = 6 << 20;  // bytes that HDF5 and MPI-IO keep in a rank for an open store

// The order of the pretended loci.
constexpr std::uint64_t shuffle_seed = 1;

std::vector<std::int64_t> pending_rows(ScanOptions const& options, std::int64_t loci) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(loci));
  std::iota(rows.begin(), rows.end(), 0);
  if (!options.resume || !std::filesystem::exists(options.output)) return rows;
  auto const statuses = store::Reader(options.output).statuses();
  if (statuses.size() != rows.size()) {
    fail(ErrorCode::config, fmt::format("{} has {} rows, but there are {} loci: it is another scan's store",
                                        options.output, statuses.size(), loci));
  }
  std::erase_if(rows,
                [&](std::int64_t row) { return statuses[static_cast<std::size_t>(row)] != store::Status::pending; });
  return rows;
}

// The number of datasets that a row is written to.
std::int64_t datasets_of_row(store::Schema const& schema) {
  constexpr std::int64_t sequence_message_checksum_status = 4;
  std::int64_t datasets = sequence_message_checksum_status;
  for (store::ModelSchema const& model : schema.models) {
    std::int64_t of_task = 1 + (schema.keep_y > 0 ? 1 : 0);
    for (store::MethodSchema const& method : store::methods_of(schema, model)) {
      of_task += static_cast<std::int64_t>(method.arrays.size()) + 1;
    }
    datasets += of_task * static_cast<std::int64_t>(model.tasks.size());
  }
  return datasets;
}

// Counts that a run log's line has. Errors: input.
double number_of(std::map<std::string, std::string> const& fields, std::string const& key, std::string const& path) {
  auto const found = fields.find(key);
  auto const value = found == fields.end() ? std::nullopt : parse_real(found->second);
  if (!value) fail(ErrorCode::input, fmt::format("the last run in {} has no {}: an older version wrote it", path, key));
  return *value;
}

ScanPlan with_costs_of_run(ScanPlan plan, std::string const& path) {
  auto const fields = read_last_run(path);
  auto const number = [&](std::string const& key) { return number_of(fields, key, path); };
  auto const costs = fields.find("locus_seconds");
  if (costs == fields.end()) fail(ErrorCode::input, fmt::format("the last run in {} has no locus_seconds", path));
  PlannedCosts planned{.source = fmt::format("the last run in {}", path), .loci = LocusCosts::parse(costs->second)};
  if (planned.loci.count() == 0) fail(ErrorCode::input, fmt::format("the last run in {} computed no locus", path));
  auto const computed = static_cast<double>(planned.loci.count());
  planned.workers = std::max<std::int64_t>(1, std::llround(number("workers") / number("ranks")));
  planned.start = number("start_seconds");
  planned.loci_seconds = number("loci_seconds");
  planned.start_loci = std::llround(number("done") + number("failed") + number("skipped") + number("pending"));
  planned.create = number("create_seconds") + number("verify_seconds");
  planned.prepare = number("preparing_seconds") / number("workers");
  planned.close = number("close_seconds");
  planned.read = number("reading_seconds") / computed;
  planned.write = number("writing_seconds") / computed;
  plan.costs = planned;
  plan.rank_bytes = std::llround(number("peak_bytes"));
  return plan;
}

// The costs of all ranks' calibrations on every rank, with the largest of their memories.
Calibration gathered(mpi::Communicator const& communicator, Calibration calibration) {
  LocusCosts all;
  for (std::string const& text : communicator.gather_all(calibration.costs.text())) all += LocusCosts::parse(text);
  calibration.costs = all;
  calibration.read = communicator.max(calibration.read);
  calibration.prepare = communicator.max(calibration.prepare);
  calibration.base_bytes = communicator.max(calibration.base_bytes);
  calibration.peak_bytes = communicator.max(calibration.peak_bytes);
  calibration.device_bytes = communicator.max(calibration.device_bytes);
  return calibration;
}

PlannedCosts costs_of(Calibration const& calibration, std::int64_t workers, std::int64_t ranks,
                      store::Schema const& schema, std::int64_t row_bytes) {
  return {
      .source = fmt::format("{} loci computed on {} rank{} of {} worker{}", calibration.costs.count(), ranks,
                            ranks == 1 ? "" : "s", workers, workers == 1 ? "" : "s"),
      .loci = calibration.costs,
      .workers = workers,
      .create = create_store,
      .prepare = calibration.prepare,
      .close = close_store,
      .read = calibration.read,
      .write = static_cast<double>(datasets_of_row(schema)) * write_call + static_cast<double>(row_bytes) * write_byte};
}

}  // namespace

ScanPlan plan_scan(mpi::Communicator const& communicator, ScanOptions const& options, PlanOptions const& plan) {
  RunClock const clock;
  PreparedScan scan(communicator, options);
  store::Schema schema = scan.schema();
  ScanPlan made{.loci = schema.loci, .length = schema.length, .costs = {}, .ranks = plan.ranks, .runs = {}};
  std::vector<std::int64_t> pending;
  mpi::together(communicator, [&] {
    if (plan.ranks.empty()) fail(ErrorCode::config, "a plan needs a number of ranks");
    pending = pending_rows(options, schema.loci);
    if (!plan.run_log.empty()) made = with_costs_of_run(std::move(made), plan.run_log);
  });
  double const start = communicator.max(clock.seconds());
  made.pending = plan.loci > 0 ? plan.loci : static_cast<std::int64_t>(pending.size());
  if (plan.loci > 0) made.loci = schema.loci = plan.loci;
  made.store_bytes = store::predicted_bytes(schema);
  made.row_bytes = made.store_bytes / schema.loci;
  if (plan.run_log.empty()) {
    Calibration calibration;
    mpi::together(communicator, [&] { calibration = calibrate(communicator, scan, pending); });
    calibration = gathered(communicator, std::move(calibration));
    std::int64_t const workers = worker_count(scan.loop_options(), static_cast<std::int64_t>(pending.size()), 1);
    made.costs = costs_of(calibration, workers, communicator.size(), schema, made.row_bytes);
    made.costs.start = start;
    made.costs.start_loci = scan.loci().size();
    made.costs.loci_seconds = scan.loci_seconds();
    made.base_bytes = calibration.base_bytes;
    // Rows wait to be computed and written, two per worker; every row has a status and may be in the list of pending
    // ones.
    made.rank_bytes = calibration.peak_bytes + 2 * workers * made.row_bytes + store_buffers + 10 * schema.loci;
    made.device_bytes = calibration.device_bytes;
  }
  if (made.costs.loci.count() == 0) return made;
  // More loci take longer to read, and so does making their rows.
  auto const more = static_cast<double>(std::max<std::int64_t>(0, made.loci - made.costs.start_loci));
  made.costs.start += made.costs.loci_seconds * more / static_cast<double>(made.costs.start_loci);
  made.costs.create += create_row * more;
  std::vector<double> const costs = made.costs.loci.sample(made.pending, shuffle_seed);
  for (std::int64_t const ranks : plan.ranks) {
    std::int64_t const share = std::max<std::int64_t>(1, (made.pending + ranks - 1) / ranks);
    made.runs.push_back(dry_run({.ranks = ranks,
                                 .workers = std::min(made.costs.workers, share),
                                 .start = made.costs.start,
                                 .create = made.costs.create,
                                 .prepare = made.costs.prepare,
                                 .close = made.costs.close,
                                 .read = made.costs.read,
                                 .write = made.costs.write},
                                costs));
  }
  return made;
}

std::string plan_text(ScanPlan const& plan) {
  auto const bytes = [](std::int64_t count) { return human_bytes(static_cast<double>(count)); };
  std::string text = fmt::format("loci      {} of {} bases, {} to be computed\n", plan.loci, plan.length, plan.pending);
  text += fmt::format("store     {}, {} a locus\n", bytes(plan.store_bytes), bytes(plan.row_bytes));
  if (plan.rank_bytes > 0) text += fmt::format("memory    {} a rank", bytes(plan.rank_bytes));
  if (plan.base_bytes > 0) text += fmt::format(", {} of it program, networks and loci", bytes(plan.base_bytes));
  text += "\n";
  if (plan.device_bytes > 0) text += fmt::format("device    {} of memory a rank\n", bytes(plan.device_bytes));
  PlannedCosts const& costs = plan.costs;
  text += fmt::format("costs     {}\n", costs.source);
  if (costs.loci.count() == 0) return text;
  text += fmt::format("          a locus takes a worker {:.4g} s in the mean, {:.4g} s at most\n", costs.loci.mean(),
                      costs.loci.largest());
  text += fmt::format(
      "          start {:.3g} s, store {:.3g} s, workers {:.3g} s, end {:.3g} s; a row is written in "
      "{:.3g} s\n\n",
      costs.start, costs.create, costs.prepare, costs.close, costs.write);
  text += fmt::format("{:>8} {:>8} {:>14} {:>12} {:>11} {:>12}\n", "ranks", "workers", "wall time", "seconds",
                      "efficiency", "loci/s");
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    DryRunResult const& run = plan.runs[i];
    text += fmt::format("{:>8} {:>8} {:>14} {:>12.4g} {:>9.1f} % {:>12.4g}\n", plan.ranks[i], costs.workers,
                        duration_text(run.wall), run.wall, 100 * run.efficiency,
                        static_cast<double>(plan.pending) / run.wall);
  }
  return text;
}

}  // namespace shoal::scan
