// SPDX-License-Identifier: MIT
#include "mpi/agree.hpp"

#include <string>
#include <vector>

namespace shoal::mpi {

namespace {

// One character for the code, then the text; empty for no failure.
std::string described(std::exception_ptr const& failure) {
  if (!failure) return {};
  auto const coded = [](ErrorCode code, char const* text) {
    return static_cast<char>('a' + static_cast<int>(code)) + std::string(text);
  };
  try {
    std::rethrow_exception(failure);
  } catch (Error const& error) {
    return coded(error.code(), error.what());
  } catch (std::exception const& error) {
    return coded(ErrorCode::internal, error.what());
  } catch (...) {
    return coded(ErrorCode::internal, "unknown exception");
  }
}

}  // namespace

void agree(Communicator const& communicator, std::exception_ptr mine) {
  if (!communicator.any(mine != nullptr)) return;
  for (std::string const& failure : communicator.gather_all(described(mine))) {
    if (!failure.empty()) fail(static_cast<ErrorCode>(failure.front() - 'a'), failure.substr(1));
  }
}

}  // namespace shoal::mpi
