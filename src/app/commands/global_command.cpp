// SPDX-License-Identifier: MIT
// shoal global: motifs and pairs of motifs in many contexts → effects, interactions and global surrogates.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/under_mpi.hpp"
#include "app/options/global_arguments.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "mpi/agree.hpp"

namespace shoal::app {

namespace {

// The arrangement of each pair with the largest interaction, and how well surrogates predict.
void report(global::GlobalFile const& file) {
  for (global::GlobalTask const& task : file.tasks) {
    log(LogLevel::info, fmt::format("{}/{}: contexts score {:.6g} ± {:.2g}", task.model, task.task,
                                    task.background.mean, task.background.error));
    for (std::size_t first = 0; first < task.pairs.size();) {
      auto const& design = file.pairs[first];
      std::size_t best = first;
      std::size_t next = first;
      for (; next < task.pairs.size() && file.pairs[next].upstream == design.upstream &&
             file.pairs[next].downstream == design.downstream;
           ++next) {
        auto const size = [&](std::size_t pair) { return std::abs(task.pairs[pair].interaction.mean); };
        if (size(next) > size(best)) best = next;
      }
      auto const& interaction = task.pairs[best].interaction;
      log(LogLevel::info,
          fmt::format("{}/{}: {}:{} interact most at spacing {}, orientation {}: {:.6g} ({:.6g} to {:.6g})", task.model,
                      task.task, design.upstream, design.downstream, file.pairs[best].spacing,
                      file.pairs[best].orientation, interaction.mean, interaction.lower, interaction.upper));
      first = next;
    }
    for (global::GlobalSurrogate const& surrogate : task.surrogates) {
      for (fit::FittedModel const& model : surrogate.models) {
        log(LogLevel::info, fmt::format("{}/{}: {} {}: held-out R² {:.4f}", task.model, task.task, surrogate.pattern,
                                        model.fit.name, model.fit.test.r2));
      }
    }
  }
}

void write(GlobalArguments const& arguments, global::GlobalFile const& file) {
  if (!arguments.output.empty()) global::write_global_file(arguments.output, file);
  if (!arguments.table_file.empty() || arguments.output.empty()) {
    global::write_global_table(arguments.table_file, file);
  }
}

}  // namespace

int run_global(std::vector<std::string> const& words) {
  GlobalArguments arguments;
  if (auto const text = parse_command_line(arguments.table(), words)) {
    if (mpi::rank_before_start() == 0) fmt::print("{}", *text);
    return exit_done;
  }
  // As in a scan: networks are read before MPI starts, and errors are agreed on once the ranks know each other.
  global::GlobalOptions options;
  std::optional<Error> early;
  try {
    options = arguments.resolved();
    arguments.check_results();
    options.networks = arguments.networks.read(options.sources.length);
  } catch (Error const& error) {
    early = error;
  }
  return under_mpi([&](mpi::Communicator const& world) {
    mpi::together(world, [&] {
      if (early) throw *early;
    });
    read_standard_input(options.sources, world);
    options.backend = arguments.run.agreed_backend(world);
    options.threads = arguments.run.thread_count(world.split_shared());
    global::GlobalFile const file = global::run_global(world, options);
    mpi::on_first_rank(world, [&] {
      write(arguments, file);
      report(file);
    });
    return exit_done;
  });
}

}  // namespace shoal::app
