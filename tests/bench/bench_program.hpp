// SPDX-License-Identifier: MIT
// What the benchmark programs share that do not use Google Benchmark.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace shoal::bench {

double seconds_of(auto const& work) {
  auto const start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Codes of bases 0 … 3; every call gives others.
inline std::vector<std::uint8_t> random_codes(std::int64_t length) {
  static std::mt19937 generator(1);
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(length));
  for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(generator() >> 30);
  return codes;
}

// Runs `run(arguments)` and returns its exit status; with fewer than `least` arguments, prints `usage`.
template <class Run>
int main_of(int count, char** values, std::size_t least, char const* usage, Run const& run) {
  std::vector<std::string> const arguments(values + 1, values + count);
  if (arguments.size() < least) {
    fmt::print(stderr, "usage: {}\n", usage);
    return 2;
  }
  try {
    return run(arguments);
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_status(error.code());
  }
}

}  // namespace shoal::bench
