// SPDX-License-Identifier: MIT
#include "app/fit_store.hpp"

#include <fmt/core.h>

#include <exception>

#include "app/stop_signals.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace shoal::app {

int run_fit_store(scan::RefitOptions options, RunArguments const& run) {
  std::atomic<bool> const& stop = stop_on_signals();
  int no_arguments = 0;
  char** no_words = nullptr;
  mpi::Environment const environment(no_arguments, no_words);
  auto const world = mpi::Communicator::world();
  set_log_rank(world.rank(), world.size());
  try {
    options.backend = run.agreed_backend(world);
    options.threads = run.thread_count(world.split_shared());
    return report(scan::run_refit(world, options, stop), options.output);
  } catch (Error const& error) {
    log(LogLevel::error, error.what());
    return exit_status(error.code());
  } catch (std::exception const& error) {
    // Not agreed on with the other ranks: they may wait for this one.
    log_rank(LogLevel::error, fmt::format("internal: {}", error.what()));
    world.abort(exit_status(ErrorCode::internal));
  }
}

}  // namespace shoal::app
