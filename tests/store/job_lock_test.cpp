// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "store/job_lock.hpp"
#include "store/sample.hpp"

namespace {

// Called once, between the opening of a lock's file and the lock: where another job's last process may remove the file.
std::function<void()> before_next_lock;

}  // namespace

// In place of the C library's.
extern "C" int flock(int file, int operation) noexcept {
  if (before_next_lock) std::exchange(before_next_lock, nullptr)();
  return static_cast<int>(syscall(SYS_flock, file, operation));
}

namespace shoal::store::test {
namespace {

using testing::HasSubstr;

// A child process that holds the lock until it is killed or told to go.
class Holder {
 public:
  explicit Holder(std::string const& path) {
    int ready[2];
    int leave[2];
    if (pipe(ready) != 0 || pipe(leave) != 0) throw std::runtime_error("pipe");
    child_ = fork();
    if (child_ == 0) {
      close(leave[1]);
      {
        auto const lock = JobLock::acquire_collective(mpi::Communicator(), path);
        char signal = 'r';
        if (write(ready[1], &signal, 1) != 1 || read(leave[0], &signal, 1) < 0) _exit(1);
      }
      _exit(0);
    }
    close(ready[1]);
    close(leave[0]);
    char signal = 0;
    held_ = read(ready[0], &signal, 1) == 1;
    close(ready[0]);
    leave_ = leave[1];
  }
  Holder(Holder const&) = delete;
  Holder& operator=(Holder const&) = delete;
  ~Holder() { finish(0); }

  bool held() const { return held_; }
  pid_t process() const { return child_; }
  // Sends `signal`, or lets the child leave by itself for 0.
  void finish(int signal) {
    if (child_ < 0) return;
    if (signal != 0) kill(child_, signal);
    close(leave_);
    waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  pid_t child_ = -1;
  int leave_ = -1;
  bool held_ = false;
};

TEST(JobLock, SecondJobIsRefusedAndToldWhoWrites) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  Holder const first(path);
  ASSERT_TRUE(first.held());
  try {
    JobLock::acquire_collective(mpi::Communicator(), path);
    FAIL() << "two jobs hold one lock";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::output);
    EXPECT_THAT(error.what(), HasSubstr("another job is writing " + path));
    EXPECT_THAT(error.what(), HasSubstr("process " + std::to_string(first.process())));
  }
}

TEST(JobLock, IsFreeAfterAKill) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  Holder first(path);
  ASSERT_TRUE(first.held());
  first.finish(SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(path + ".lock"));
  EXPECT_NO_THROW(JobLock::acquire_collective(mpi::Communicator(), path));
}

TEST(JobLock, LeavesNoFileBehind) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  {
    auto const lock = JobLock::acquire_collective(mpi::Communicator(), path);
    EXPECT_TRUE(std::filesystem::exists(path + ".lock"));
  }
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
}

TEST(JobLock, AMissingFolderIsAnOutputError) {
  shoal::test::TemporaryFolder const folder;
  try {
    JobLock::acquire_collective(mpi::Communicator(), folder.file("nowhere/store.h5"));
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::output);
    EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
  }
}

TEST(JobLock, ALockOnAFileThatIsGoneIsNone) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  std::unique_ptr<Holder> other;
  before_next_lock = [&] {
    ASSERT_EQ(unlink((path + ".lock").c_str()), 0);
    other = std::make_unique<Holder>(path);
  };
  EXPECT_THROW(JobLock::acquire_collective(mpi::Communicator(), path), Error);
  ASSERT_TRUE(other && other->held());
}

// Many processes take and leave the lock, each adding one to a counter that only the lock protects.
TEST(JobLock, NeverTwoHoldersWhileFilesComeAndGo) {
  shoal::test::TemporaryFolder const folder;
  std::string const path = folder.file("store.h5");
  write_bytes(folder.file("count"), "0");
  constexpr int processes = 6;
  constexpr int rounds = 40;
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    pid_t const child = fork();
    if (child == 0) {
      for (int taken = 0; taken < rounds;) {
        try {
          auto const lock = JobLock::acquire_collective(mpi::Communicator(), path);
          int const before = std::stoi(bytes_of(folder.file("count")));
          usleep(200);
          write_bytes(folder.file("count"), std::to_string(before + 1));
          ++taken;
        } catch (Error const&) {
          usleep(500);
        }
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (pid_t const child : children) waitpid(child, nullptr, 0);
  EXPECT_EQ(bytes_of(folder.file("count")), std::to_string(processes * rounds));
}

}  // namespace
}  // namespace shoal::store::test
