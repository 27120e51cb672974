// SPDX-License-Identifier: MIT
#include "scan/agreement.hpp"

#include <fmt/core.h>

#include <exception>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::scan {

namespace {

// "code text" of what `phase` threw, or nothing.
std::string failure_of(std::function<void()> const& phase) {
  try {
    phase();
    return {};
  } catch (Error const& error) {
    return fmt::format("{} {}", static_cast<int>(error.code()), error.what());
  } catch (std::bad_alloc const&) {
    return fmt::format("{} out of memory", static_cast<int>(ErrorCode::internal));
  } catch (std::exception const& error) {
    return fmt::format("{} {}", static_cast<int>(ErrorCode::internal), error.what());
  }
}

}  // namespace

void run_phase(mpi::Communicator const& communicator, std::function<void()> const& phase) {
  std::string const failure = failure_of(phase);
  if (!communicator.any(!failure.empty())) return;
  for (std::string const& text : communicator.gather_all(failure)) {
    if (text.empty()) continue;
    auto const space = text.find(' ');
    auto const code = static_cast<ErrorCode>(parse_integer(text.substr(0, space)).value_or(0));
    fail(code, text.substr(space + 1));
  }
}

}  // namespace shoal::scan
