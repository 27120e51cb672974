// SPDX-License-Identifier: MIT
#include "app/commands/under_mpi.hpp"

#include <fmt/core.h>

#include <exception>

#include "base/error.hpp"
#include "base/log.hpp"

namespace shoal::app {

int under_mpi(std::function<int(mpi::Communicator const& world)> const& work) {
  int no_arguments = 0;
  char** no_words = nullptr;
  mpi::Environment const environment(no_arguments, no_words);
  auto const world = mpi::Communicator::world();
  set_log_rank(world.rank(), world.size());
  try {
    return work(world);
  } catch (Error const& error) {
    log(LogLevel::error, error.what());
    return exit_status(error.code());
  } catch (std::exception const& error) {
    log_rank(LogLevel::error, fmt::format("internal: {}", error.what()));
    world.abort(exit_status(ErrorCode::internal));
  }
}

}  // namespace shoal::app
