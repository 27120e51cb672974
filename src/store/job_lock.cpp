// SPDX-License-Identifier: MIT
// flock on "PATH.lock". Rank 0 takes the lock exclusively, then every rank holds it shared: while any process of the
// job lives no other job gets it exclusively, and the kernel drops it with the last process, however that one ends.
#include "store/job_lock.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "mpi/agree.hpp"
#include "store/posix_file.hpp"

namespace shoal::store {

struct JobLock::State {
  std::string lock_path;
  Descriptor descriptor;

  // The last process of the job to leave removes the file, because only it can turn its shared lock into an exclusive
  // one.
  ~State() {
    if (!descriptor) return;
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(lock_path.c_str());
  }
};

namespace {

// A job that is just leaving holds the lock for a moment.
constexpr int attempts = 5;
constexpr std::chrono::milliseconds pause{50};

// False if another process holds the lock in a way that conflicts. If the file system has no locks (Lustre mounted
// without flock), the job goes on with a warning: refusing it would exclude whole clusters.
bool try_lock(Descriptor const& descriptor, int mode, std::string const& lock_path) {
  int status = 0;
  do {
    status = ::flock(descriptor.get(), mode | LOCK_NB);
  } while (status != 0 && errno == EINTR);
  if (status == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  if (errno != ENOSYS && errno != ENOTSUP && errno != ENOLCK) fail_write(lock_path, errno);
  log(LogLevel::warning, fmt::format("this file system has no locks ({}: {}): make sure that no other job writes here",
                                     lock_path, std::strerror(errno)));
  return true;
}

// True if the open file is still the one with that name: a job that left may have removed it in between.
bool still_named(Descriptor const& descriptor, std::string const& lock_path) {
  struct stat opened {};
  struct stat named {};
  if (::fstat(descriptor.get(), &opened) != 0 || ::stat(lock_path.c_str(), &named) != 0) return false;
  return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

[[noreturn]] void refuse(std::string const& path, Descriptor const& descriptor) {
  std::array<char, 256> holder{};
  ssize_t const length = ::pread(descriptor.get(), holder.data(), holder.size(), 0);
  std::string_view const text(holder.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  fail(ErrorCode::output, fmt::format("another job is writing {}{}; wait for it to end or choose another --output",
                                      path, text.empty() ? "" : fmt::format(" ({})", trim(text))));
}

void name_holder(Descriptor const& descriptor, std::string const& lock_path) {
  std::string const text = fmt::format("process {} on {}\n", ::getpid(), host_name());
  bool const written = ::ftruncate(descriptor.get(), 0) == 0 &&
                       ::pwrite(descriptor.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!written) fail_write(lock_path, errno);
}

Descriptor take_exclusive(std::string const& path, std::string const& lock_path) {
  for (int attempt = 0;; ++attempt) {
    Descriptor descriptor = open_file(lock_path);
    bool const locked = try_lock(descriptor, LOCK_EX, lock_path);
    if (locked && still_named(descriptor, lock_path)) {
      name_holder(descriptor, lock_path);
      return descriptor;
    }
    if (attempt == attempts) refuse(path, descriptor);
    if (!locked) std::this_thread::sleep_for(pause);
  }
}

}  // namespace

JobLock::JobLock(std::unique_ptr<State> state) : state_(std::move(state)) {}
JobLock::JobLock(JobLock&&) noexcept = default;
JobLock::~JobLock() = default;

JobLock JobLock::acquire_collective(mpi::Communicator const& communicator, std::string const& path) {
  auto state = std::make_unique<State>();
  state->lock_path = path + ".lock";
  bool const first = communicator.rank() == 0;
  mpi::together(communicator, [&] {
    if (first) state->descriptor = take_exclusive(path, state->lock_path);
  });
  // Turning an exclusive lock into a shared one is not atomic: another job may come in between, and then this one gives
  // way.
  mpi::together(communicator, [&] {
    if (first && !try_lock(state->descriptor, LOCK_SH, state->lock_path)) refuse(path, state->descriptor);
  });
  mpi::together(communicator, [&] {
    if (first) return;
    state->descriptor = open_file(state->lock_path);
    if (!try_lock(state->descriptor, LOCK_SH, state->lock_path)) refuse(path, state->descriptor);
  });
  return JobLock(std::move(state));
}

}  // namespace shoal::store
