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

// A line "KEY: N kB" of a file of /proc.
std::int64_t bytes_of(std::string const& key, char const* file = "/proc/self/status") {
  std::ifstream status(file);
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
  return bytes_of("VmRSS");
}
std::int64_t peak_resident_bytes() {
  return bytes_of("VmHWM");
}
std::int64_t available_bytes() {
  return bytes_of("MemAvailable", "/proc/meminfo");
}

}  // namespace shoal
