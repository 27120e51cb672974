// SPDX-License-Identifier: MIT
#include "libraries.hpp"

#include <cblas.h>

#include <cstring>
#include <mutex>
#include <set>

#include "device_memory.hpp"
#include "recording.hpp"
#include "settings.hpp"
#include "state.hpp"
#include "streams.hpp"

namespace cuda_emulated {

namespace {

std::set<Library*>& handles() {
  static auto& all = *new std::set<Library*>;
  return all;
}

}  // namespace

void Library::choose(cudaStream_t other) {
  std::scoped_lock const lock(machine());
  if (!knows_stream(other)) die(name + " gets a stream that was destroyed or never made");
  stream = other;
}

void Library::run(std::function<void()> call) const {
  std::scoped_lock const lock(machine());
  ++counted().solver_calls;
  if (is_skipped(name.c_str())) return;
  put(stream, [call = std::move(call), who = name] {
    set_running(who.c_str());
    // A thread of OpenBLAS could not touch device memory.
    openblas_set_num_threads(1);
    call();
    set_running(nullptr);
  });
}

void Library::finish() const {
  std::scoped_lock const lock(machine());
  ++counted().waits;
  cuda_emulated::finish(stream);
}

Library* make_library(std::string name) {
  std::scoped_lock const lock(machine());
  ++counted().handles;
  auto* const made = new Library{std::move(name)};
  handles().insert(made);
  return made;
}

Library& library_of(void* handle) {
  std::scoped_lock const lock(machine());
  auto* const library = static_cast<Library*>(handle);
  if (!handles().contains(library)) die("a handle of a library is used that was destroyed or never made");
  return *library;
}

void destroy_library(void* handle) {
  std::scoped_lock const lock(machine());
  Library& library = library_of(handle);
  if (!knows_stream(library.stream)) die("a handle of " + library.name + " outlives its stream");
  --counted().handles;
  handles().erase(&library);
  delete &library;
}

void spoil(void* workspace, std::size_t bytes) {
  require_allocated(workspace, bytes, "a workspace");
  std::memset(workspace, 0xFF, bytes);
}

}  // namespace cuda_emulated
