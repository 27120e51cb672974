// SPDX-License-Identifier: MIT
#include "support/faults.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace shoal::test {

namespace {

struct State {
  Fault fault;
  bool is_armed = false;
  std::vector<Operation> seen;
  int log = -1;  // a file's descriptor
  std::mutex mutex;
};

// Never destroyed: calls come until the process ends.
State& state() {
  static State* const made = new State;
  return *made;
}

std::string path_of(int descriptor) {
  std::array<char, 4096> path{};
  std::string const link = "/proc/self/fd/" + std::to_string(descriptor);
  ssize_t const length = readlink(link.c_str(), path.data(), path.size());
  return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

// Counts the call and says whether it fails, with errno set; `tear` does a part of it before a kill.
template <class Tear>
bool fails(Operation operation, Tear const& tear) {
  int const kept = errno;
  State& now = state();
  std::lock_guard const lock(now.mutex);
  errno = kept;
  if (!now.is_armed || operation.path.find(now.fault.path) == std::string::npos) return false;
  auto const number = static_cast<std::int64_t>(now.seen.size());
  if (now.log >= 0) {
    std::string const line = operation.call + " " + operation.path + "\n";
    syscall(SYS_write, now.log, line.data(), line.size());
  }
  now.seen.push_back(std::move(operation));
  bool const is_hit =
      now.fault.at >= 0 && (number == now.fault.at || (now.fault.from_then_on && number > now.fault.at));
  if (is_hit && now.fault.error == 0) {
    if (now.fault.is_torn) tear();
    kill(getpid(), SIGKILL);
  }
  errno = is_hit ? now.fault.error : kept;
  return is_hit;
}

bool fails(Operation operation) {
  return fails(std::move(operation), [] {});
}

template <class Function>
Function* real(char const* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// What of `size` bytes from `offset` on is written where the last sector is not: a disk writes 512 bytes or none.
std::size_t torn_size(std::int64_t offset, std::size_t size) {
  auto const behind = static_cast<std::size_t>((offset + static_cast<std::int64_t>(size) - 1) % 512 + 1);
  return size > behind ? size - behind : 0;
}

std::int64_t total(iovec const* pieces, int count) {
  std::int64_t bytes = 0;
  for (int i = 0; i < count; ++i) bytes += static_cast<std::int64_t>(pieces[i].iov_len);
  return bytes;
}

__attribute__((constructor)) void arm_by_environment() {
  char const* const path = std::getenv("SHOAL_FAULT_PATH");
  if (path == nullptr) return;
  auto const number = [](char const* name, long otherwise) {
    char const* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtol(text, nullptr, 10);
  };
  Fault fault{.path = path,
              .at = number("SHOAL_FAULT_AT", -1),
              .error = static_cast<int>(number("SHOAL_FAULT_ERRNO", 0)),
              .is_torn = number("SHOAL_FAULT_TORN", 0) != 0};
  fault.from_then_on = fault.error == ENOSPC;
  arm(fault);
  char const* const log = std::getenv("SHOAL_FAULT_LOG");
  if (log != nullptr) state().log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

}  // namespace

void arm(Fault const& fault) {
  State& now = state();
  std::lock_guard const lock(now.mutex);
  now.fault = fault;
  now.seen.clear();
  now.is_armed = true;
}

std::vector<Operation> const& operations() {
  return state().seen;
}

}  // namespace shoal::test

using shoal::test::fails;
using shoal::test::path_of;
using shoal::test::real;

extern "C" {

ssize_t pwrite(int descriptor, void const* bytes, size_t size, off_t offset) {
  static auto* const next = real<ssize_t(int, void const*, size_t, off_t)>("pwrite");
  auto const tear = [&] { static_cast<void>(next(descriptor, bytes, shoal::test::torn_size(offset, size), offset)); };
  if (fails({"pwrite", path_of(descriptor), offset, static_cast<std::int64_t>(size)}, tear)) return -1;
  return next(descriptor, bytes, size, offset);
}

ssize_t pwritev(int descriptor, iovec const* pieces, int count, off_t offset) {
  static auto* const next = real<ssize_t(int, iovec const*, int, off_t)>("pwritev");
  if (fails({"pwritev", path_of(descriptor), offset, shoal::test::total(pieces, count)})) return -1;
  return next(descriptor, pieces, count, offset);
}

ssize_t write(int descriptor, void const* bytes, size_t size) {
  static auto* const next = real<ssize_t(int, void const*, size_t)>("write");
  if (fails({"write", path_of(descriptor), 0, static_cast<std::int64_t>(size)})) return -1;
  return next(descriptor, bytes, size);
}

int fsync(int descriptor) {
  static auto* const next = real<int(int)>("fsync");
  return fails({"fsync", path_of(descriptor) + "/"}) ? -1 : next(descriptor);
}

int fdatasync(int descriptor) {
  static auto* const next = real<int(int)>("fdatasync");
  return fails({"fdatasync", path_of(descriptor)}) ? -1 : next(descriptor);
}

int ftruncate(int descriptor, off_t size) noexcept {
  static auto* const next = real<int(int, off_t)>("ftruncate");
  return fails({"ftruncate", path_of(descriptor), 0, size}) ? -1 : next(descriptor, size);
}

// Its error is what it returns.
int posix_fallocate(int descriptor, off_t offset, off_t size) {
  static auto* const next = real<int(int, off_t, off_t)>("posix_fallocate");
  return fails({"posix_fallocate", path_of(descriptor), offset, size}) ? errno : next(descriptor, offset, size);
}

int rename(char const* before, char const* after) noexcept {
  static auto* const next = real<int(char const*, char const*)>("rename");
  return fails({"rename", after}) ? -1 : next(before, after);
}

}  // extern "C"
