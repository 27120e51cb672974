// SPDX-License-Identifier: MIT
// shoal compare: stores of the same loci → metrics of networks and methods, and which of them to trust.
#include <fmt/core.h>

#include <filesystem>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/stop_signals.hpp"
#include "app/commands/under_mpi.hpp"
#include "app/options/compare_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "mpi/agree.hpp"
#include "scan/fill_store.hpp"
#include "scan/run_log.hpp"

namespace shoal::app {

namespace {

void write(CompareArguments const& arguments, compare::CompareResult const& result, double seconds, int ranks) {
  std::string const& output = arguments.options.output;
  compare::write_compare_file(output, result);
  compare::write_compare_table(arguments.table_file(), result);
  std::filesystem::remove_all(compare::parts_folder(output));
  scan::JsonLine line;
  line.add("finished", scan::utc_now())
      .add("ranks", std::int64_t{ranks})
      .add("loci", result.loci)
      .add("left_out", result.left_out)
      .add("resumed_groups", result.resumed_groups)
      .add("seconds", seconds);
  for (compare::Measurement const& each : result.costs) {
    line.add(fmt::format("{}/{}.seconds", each.network, each.method), each.value);
  }
  scan::append_run_log(output, line);
  log(LogLevel::info,
      fmt::format("{} loci compared, {} left out that are not done in every store", result.loci, result.left_out));
  for (std::string const& verdict : result.verdicts) log(LogLevel::info, verdict);
}

}  // namespace

int run_compare(std::vector<std::string> const& words) {
  CompareArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (mpi::rank_before_start() == 0) fmt::print("{}", *text);
    return exit_done;
  }
  scan::RunClock const clock;
  std::atomic<bool> const& stop = stop_on_signals();
  // The truth may be HDF5 of others, which a child process reads: before MPI starts.
  compare::CompareOptions options;
  std::optional<Error> early;
  try {
    options = arguments.resolved();
  } catch (Error const& error) {
    early = error;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    mpi::together(world, [&] {
      if (early) throw *early;
    });
    if (options.labels) {
      scan::ScoringOptions& scoring = options.labels->scoring;
      scoring.backend = arguments.run.agreed_backend(world);
      scoring.device = scan::device_of(world, scoring.backend);
      scoring.threads = arguments.run.thread_count(world.split_shared());
    }
    auto const result = compare::run_compare(world, options, stop);
    if (!result) {
      if (world.rank() == 0) log(LogLevel::info, "stopped: the same command goes on");
      return exit_resumable;
    }
    mpi::on_first_rank(world, [&] { write(arguments, *result, clock.seconds(), world.size()); });
    return exit_done;
  });
}

}  // namespace shoal::app
