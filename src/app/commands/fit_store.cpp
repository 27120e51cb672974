// SPDX-License-Identifier: MIT
#include "app/commands/fit_store.hpp"

#include "app/commands/stop_signals.hpp"
#include "app/commands/under_mpi.hpp"

namespace shoal::app {

int run_fit_store(scan::RefitOptions options, RunArguments const& run) {
  std::atomic<bool> const& stop = stop_on_signals();
  return under_mpi([&](mpi::Communicator const& world) {
    options.backend = run.agreed_backend(world);
    options.threads = run.thread_count(world.split_shared());
    return report(scan::run_refit(world, options, stop), options.output);
  });
}

}  // namespace shoal::app
