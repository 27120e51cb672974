// SPDX-License-Identifier: MIT
#include "hdf5/isolated_reader.hpp"

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
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_handle.hpp"
#include "hdf5/isolated_wire.hpp"
#include "hdf5/read_contents.hpp"

namespace shoal::hdf5 {

namespace {

struct DescriptorTraits {
  using type = int;
  static constexpr int null() { return -1; }
  static void release(int descriptor) { ::close(descriptor); }
};
using Descriptor = UniqueHandle<DescriptorTraits>;

// A forked process that is gone, by SIGKILL if need be, when this object is.
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

// The child's signals as the kernel gives them: handlers of the parent (MPI, tests) would hide how it died.
void restore_signals() {
  for (int const signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGTERM, SIGINT, SIGPIPE, SIGUSR1}) {
    ::signal(signal, SIG_DFL);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(std::string const& file, IsolatedRequest const& request, int descriptor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  restore_signals();
  // No core dump, not even to a handler that the system pipes them to.
  limit_resource(RLIMIT_CORE, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
  limit_memory(request.memory_bytes);
  ::alarm(request.seconds);
  // The C library reports overwritten heaps on standard error; the parent reports the crash.
  int const null = ::open("/dev/null", O_RDWR);
  for (int const standard : {0, 1, 2}) ::dup2(null, standard);

  WireWriter wire(descriptor);
  std::string failure;
  try {
    read_contents(file, request, wire);
  } catch (std::bad_alloc const&) {
    failure = fmt::format("{} needs more than {} of memory to read", file, human_bytes(double(request.memory_bytes)));
  } catch (std::exception const& error) {
    failure = error.what();
  }
  wire.tag(failure.empty() ? WireTag::end : WireTag::error);
  if (!failure.empty()) wire.text(failure);
  ::_exit(0);
}

FloatArray receive_array(WireReader& wire) {
  FloatArray array{wire.text(), {}, {}};
  std::uint64_t const rank = wire.number(8);
  for (std::uint64_t i = 0; i < rank; ++i) {
    array.shape.push_back(static_cast<std::int64_t>(wire.number(std::uint64_t{1} << 62)));
  }
  array.values = wire.floats();
  std::uint64_t left = array.values.size();
  bool empty = false;
  for (std::int64_t const extent : array.shape) {
    empty |= extent == 0;
    if (empty) continue;
    if (left % static_cast<std::uint64_t>(extent) != 0) throw BrokenStream("an array's shape is not its size");
    left /= static_cast<std::uint64_t>(extent);
  }
  if (empty ? !array.values.empty() : left != 1) throw BrokenStream("an array's shape is not its size");
  return array;
}

Contents receive(int descriptor, std::uint64_t budget) {
  WireReader wire(descriptor, budget);
  Contents contents;
  for (WireTag tag = wire.tag(); tag != WireTag::end; tag = wire.tag()) {
    if (tag == WireTag::error) fail(ErrorCode::input, wire.text());
    if (tag == WireTag::attribute) contents.attributes.push_back({wire.text(), wire.text(), wire.texts()});
    if (tag == WireTag::array) contents.arrays.push_back(receive_array(wire));
  }
  return contents;
}

[[noreturn]] void fail_dead(std::string const& file, IsolatedRequest const& request, int status, char const* broken) {
  int const signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGALRM) {
    fail(ErrorCode::input,
         fmt::format("reading {} took longer than {} s; the file is probably damaged", file, request.seconds));
  }
  if (signal == SIGKILL) {
    fail(ErrorCode::input, fmt::format("reading {} was killed from outside, most often because memory ran out", file));
  }
  if (signal != 0) {
    fail(ErrorCode::input,
         fmt::format("the HDF5 library crashed reading {} (signal {}); the file is probably damaged", file, signal));
  }
  fail(ErrorCode::input,
       fmt::format("reading {} failed in the HDF5 library ({}); the file is probably damaged", file, broken));
}

}  // namespace

bool has_hdf5_signature(std::string const& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::file_status const status = fs::status(file, error);
  if (!fs::exists(status)) fail(ErrorCode::input, fmt::format("there is no file {}", file));
  if (fs::is_directory(status)) fail(ErrorCode::input, fmt::format("{} is a folder; name a file", file));
  if (!fs::is_regular_file(status)) fail(ErrorCode::input, fmt::format("{} is not a regular file", file));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail(ErrorCode::input, fmt::format("cannot read {}: {}", file, std::strerror(errno)));
  std::uintmax_t const size = fs::file_size(file, error);
  if (error || size == 0) fail(ErrorCode::input, fmt::format("{} is empty", file));
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  // A user block may precede it: the signature is at 0, 512, 1024, 2048, …
  for (std::uintmax_t offset = 0; offset + signature.size() <= size; offset = offset == 0 ? 512 : 2 * offset) {
    std::array<char, signature.size()> bytes{};
    stream.seekg(static_cast<std::streamoff>(offset));
    if (!stream.read(bytes.data(), bytes.size())) return false;
    if (std::string_view(bytes.data(), bytes.size()) == signature) return true;
  }
  return false;
}

Contents read_isolated(std::string const& file, IsolatedRequest const& request) {
  if (!has_hdf5_signature(file)) {
    std::string begin(16, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(begin.data(), 16);
    begin.resize(static_cast<std::size_t>(stream.gcount()));
    fail(ErrorCode::input, fmt::format("{} is not an HDF5 file: it begins with {}", file, shoal::quoted(begin)));
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(ErrorCode::internal, "cannot make a pipe");
  Descriptor from_child(ends[0]);
  Descriptor to_parent(ends[1]);
  pid_t const pid = ::fork();
  if (pid < 0) fail(ErrorCode::internal, fmt::format("cannot start a process to read {}", file));
  if (pid == 0) run_child(file, request, ends[1]);
  Child child(pid);
  to_parent.reset();
  try {
    // The child keeps the exact account; the parent's bound, with room for names, is for a child gone astray.
    constexpr std::uint64_t names_bytes = 64'000'000;
    return receive(from_child.get(), 2 * request.content_bytes + names_bytes);
  } catch (BrokenStream const& broken) {
    // A child that still lives is ended by writing to a closed pipe, or by its own clock.
    from_child.reset();
    std::string const reason = broken.what();
    fail_dead(file, request, child.wait(), reason.c_str());
  }
}

}  // namespace shoal::hdf5
