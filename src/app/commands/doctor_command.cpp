// SPDX-License-Identifier: MIT
// shoal doctor: what this job finds on its machines, and what to do about it.
#include <fmt/core.h>

#include "app/command_line/command_line.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/under_mpi.hpp"
#include "app/options/run_arguments.hpp"
#include "base/error.hpp"
#include "doctor/doctor.hpp"

namespace shoal::app {

namespace {

CommandTable doctor_table(doctor::DoctorOptions& options) {
  CommandTable table{.name = "doctor",
                     .summary =
                         "Looks at the machines of a job as a scan would use them: start it as you start the scan.\n"
                         "The exit status is 0 if nothing would stop a scan.",
                     .positional = "folder",
                     .options = {}};
  table.options.add<std::string>({
      .name = "folder",
      .target = &options.folder,
      .value = "DIR",
      .help = "where results will be written; a small file is made there and removed",
  });
  table.options.add<int>({
      .name = "threads",
      .target = &options.threads,
      .value = "N",
      .help = "threads of a rank, as --threads of a scan; 0: its share of the cores",
      .check = not_negative<int>,
  });
  return table;
}

}  // namespace

int run_doctor(std::vector<std::string> const& words) {
  doctor::DoctorOptions options{.folder = ".", .threads = 0};
  bool const speaks = mpi::rank_before_start() == 0;
  if (auto const text = parse_command_line(doctor_table(options), words)) {
    if (speaks) fmt::print("{}", *text);
    return exit_done;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    RunArguments run;
    run.threads = options.threads;
    options.threads = run.thread_count(world.split_shared());
    auto const findings = doctor::examine(world, options);
    if (world.rank() == 0) fmt::print("{}", doctor::to_text(findings));
    return doctor::has_fault(findings) ? exit_status(ErrorCode::config) : exit_done;
  });
}

}  // namespace shoal::app
