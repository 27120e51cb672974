// SPDX-License-Identifier: MIT
// Runs the library that parses a foreign file in a short-lived child process, so that a crash, an endless loop or a
// huge demand for memory becomes an error here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sandbox/wire.hpp"

namespace shoal::sandbox {

// What the child may use before it is stopped.
struct IsolatedLimits {
  std::uint64_t memory_bytes = 8'000'000'000;   // address space that the child may add
  std::uint64_t content_bytes = 4'000'000'000;  // bytes of all arrays and texts together
  unsigned seconds = 120;                       // wall-clock time
};

struct IsolatedTask {
  std::string file;          // for messages
  std::string_view library;  // for messages: "HDF5"
  IsolatedLimits limits;
  // Reads the file and writes records, each beginning with its tag. Runs in the child; what it throws becomes an input
  // error here.
  std::function<void(WireWriter&)> produce;
  // Takes one record, whose tag has been read. Runs here; it may throw BrokenStream.
  std::function<void(WireTag, WireReader&)> consume;
};

// Runs the task. It forks: call it before MPI and CUDA start. Errors: input, naming the file: whatever `produce`
// throws, a limit reached, the child's death.
void run_isolated(IsolatedTask const& task);

}  // namespace shoal::sandbox
