// SPDX-License-Identifier: MIT
#include "sandbox/isolated_process.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_handle.hpp"

namespace shoal::sandbox {

namespace {

struct DescriptorTraits {
  using type = int;
  static constexpr int null() { return -1; }
  static void release(int descriptor) { ::close(descriptor); }
};
using Descriptor = UniqueHandle<DescriptorTraits>;

// A forked process that ends with this object, by SIGKILL if need be.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(Child const&) = delete;
  Child& operator=(Child const&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  // Waits for its end; the status as waitpid reports it.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

void limit_resource(__rlimit_resource resource, rlim_t value) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? value : std::min(value, limit.rlim_max);
  ::setrlimit(resource, &limit);
}

// AddressSanitizer reserves terabytes of address space, so there the limit cannot hold.
void limit_memory([[maybe_unused]] std::uint64_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  limit_resource(RLIMIT_AS, pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + bytes);
#endif
}

// The child has the default signal handlers, because handlers of the parent (MPI, tests) would hide how it died.
void restore_signals() {
  for (int const signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGTERM, SIGINT, SIGPIPE, SIGUSR1}) {
    ::signal(signal, SIG_DFL);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(IsolatedTask const& task, int descriptor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  restore_signals();
  // No core dump, not even to a handler to which the system pipes them.
  limit_resource(RLIMIT_CORE, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
  limit_memory(task.limits.memory_bytes);
  ::alarm(task.limits.seconds);
  // The C library reports overwritten heaps on standard error; the parent reports the crash.
  int const null = ::open("/dev/null", O_RDWR);
  for (int const standard : {0, 1, 2}) ::dup2(null, standard);

  WireWriter wire(descriptor);
  std::string failure;
  try {
    task.produce(wire);
  } catch (std::bad_alloc const&) {
    failure = fmt::format("{} needs more than {} of memory to read", task.file,
                          human_bytes(static_cast<double>(task.limits.memory_bytes)));
  } catch (std::exception const& error) {
    failure = error.what();
  }
  wire.tag(failure.empty() ? WireTag::end : WireTag::error);
  if (!failure.empty()) wire.text(failure);
  ::_exit(0);
}

void receive(IsolatedTask const& task, int descriptor) {
  // The child keeps the exact account. The parent's bound, which leaves space for names, is for a child that
  // misbehaves.
  constexpr std::uint64_t names_bytes = 64'000'000;
  WireReader wire(descriptor, 2 * task.limits.content_bytes + names_bytes);
  for (WireTag tag = wire.tag(); tag != WireTag::end; tag = wire.tag()) {
    if (tag == WireTag::error) fail(ErrorCode::input, wire.text());
    task.consume(tag, wire);
  }
}

[[noreturn]] void fail_dead(IsolatedTask const& task, int status, std::string_view broken) {
  int const signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGALRM) {
    fail(ErrorCode::input,
         fmt::format("reading {} took longer than {} s; the file is probably damaged", task.file, task.limits.seconds));
  }
  if (signal == SIGKILL) {
    fail(ErrorCode::input,
         fmt::format("reading {} was killed from outside, most often because memory ran out", task.file));
  }
  if (signal != 0) {
    fail(ErrorCode::input, fmt::format("the {} library crashed reading {} (signal {}); the file is probably damaged",
                                       task.library, task.file, signal));
  }
  fail(ErrorCode::input, fmt::format("reading {} failed in the {} library ({}); the file is probably damaged",
                                     task.file, task.library, broken));
}

}  // namespace

void run_isolated(IsolatedTask const& task) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(ErrorCode::internal, "cannot make a pipe");
  Descriptor from_child(ends[0]);
  Descriptor to_parent(ends[1]);
  pid_t const pid = ::fork();
  if (pid < 0) fail(ErrorCode::internal, fmt::format("cannot start a process to read {}", task.file));
  if (pid == 0) run_child(task, ends[1]);
  Child child(pid);
  to_parent.reset();
  try {
    receive(task, from_child.get());
  } catch (BrokenStream const& broken) {
    // A child that still lives is ended by writing to a closed pipe, or by its own clock.
    from_child.reset();
    std::string const reason = broken.what();
    fail_dead(task, child.wait(), reason);
  }
}

}  // namespace shoal::sandbox
