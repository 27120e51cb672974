// SPDX-License-Identifier: MIT
#include "base/host.hpp"

#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>

namespace shoal {

namespace {

double seconds_of(clockid_t clock) {
  std::timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// A line "KEY: N kB" of /proc/self/status.
std::int64_t status_bytes(std::string const& key) {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::int64_t kilobytes = 0;
  while (status >> word) {
    if (word == key + ":" && status >> kilobytes) return 1024 * kilobytes;
  }
  return 0;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

double thread_cpu_seconds() {
  return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}
double process_cpu_seconds() {
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

std::int64_t resident_bytes() {
  return status_bytes("VmRSS");
}
std::int64_t peak_resident_bytes() {
  return status_bytes("VmHWM");
}

}  // namespace shoal
