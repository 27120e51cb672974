// SPDX-License-Identifier: MIT
// shoal scan: loci × networks × methods → store.
#include <fmt/core.h>

#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/stop_signals.hpp"
#include "app/commands/under_mpi.hpp"
#include "app/options/scan_arguments.hpp"
#include "base/error.hpp"
#include "mpi/agree.hpp"
#include "scan/named_tasks.hpp"
#include "scan/plan.hpp"
#include "scan/randomised.hpp"
#include "scan/scan.hpp"

namespace shoal::app {

int run_scan(std::vector<std::string> const& words) {
  ScanArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (mpi::rank_before_start() == 0) fmt::print("{}", *text);
    return exit_done;
  }
  std::atomic<bool> const& stop = stop_on_signals();
  // Options and networks are read before MPI starts, since damaged files are read in child processes; what goes wrong
  // is agreed on once the ranks know each other.
  scan::ScanOptions options;
  std::optional<Error> early;
  try {
    options = arguments.resolved();
    options.networks = arguments.networks.read(options.loci.length);
    scan::name_tasks(arguments.tasks, options.networks);
    scan::add_randomised(arguments.randomise, options.design.seed, options.networks);
  } catch (Error const& error) {
    early = error;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    scan::PlanOptions plan;
    mpi::together(world, [&] {
      if (early) throw *early;
      plan = arguments.resolved_plan(world.size());
    });
    read_standard_input(options.loci, world);
    options.backend = arguments.run.agreed_backend(world);
    options.threads = arguments.run.thread_count(world.split_shared());
    if (arguments.plan) {
      std::string const text = scan::plan_text(scan::plan_scan(world, options, plan));
      if (world.rank() == 0) fmt::print("{}", text);
      return exit_done;
    }
    return report(scan::run_scan(world, options, stop), options.output);
  });
}

}  // namespace shoal::app
