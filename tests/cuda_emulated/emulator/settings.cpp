// SPDX-License-Identifier: MIT
#include "settings.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

namespace cuda_emulated {

namespace {

std::string variable(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int number(char const* name, int otherwise) {
  std::string const value = variable(name);
  return value.empty() ? otherwise : std::atoi(value.c_str());
}

template <class Enum>
Enum choice(char const* name, std::initializer_list<char const*> words) {
  std::string const value = variable(name);
  int at = 0;
  for (char const* word : words) {
    if (value == word) return static_cast<Enum>(at);
    ++at;
  }
  if (!value.empty()) die(std::string(name) + "=" + value + " is not known");
  return static_cast<Enum>(0);
}

Settings read_settings() {
  Settings all;
  all.devices = number("SHOAL_EMULATED_GPUS", 0);
  all.memory = static_cast<std::size_t>(number("SHOAL_EMULATED_MEMORY", 512)) << 20;
  all.capability = number("SHOAL_EMULATED_CAPABILITY", 90);
  all.old_driver = variable("SHOAL_EMULATED_DRIVER") == "old";
  all.order = choice<Order>("SHOAL_EMULATED_ORDER", {"forward", "reversed", "random"});
  all.streams = choice<Streams>("SHOAL_EMULATED_STREAMS", {"late", "eager", "random"});
  all.fault = variable("SHOAL_EMULATED_FAULT");
  all.skip = variable("SHOAL_EMULATED_SKIP");
  all.report = !variable("SHOAL_EMULATED_REPORT").empty();
  return all;
}

}  // namespace

Settings const& settings() {
  static Settings const all = read_settings();
  return all;
}

std::mt19937& generator() {
  static std::mt19937 numbers(20261130);
  return numbers;
}

void put_in_order(std::vector<std::uint32_t>& order, std::size_t count) {
  bool const same = order.size() == count;
  if (same && settings().order != Order::random) return;
  order.resize(count);
  if (!same) std::iota(order.begin(), order.end(), 0U);
  if (!same && settings().order == Order::reversed) std::reverse(order.begin(), order.end());
  if (settings().order == Order::random) std::shuffle(order.begin(), order.end(), generator());
}

void die(std::string const& what) {
  std::fprintf(stderr, "emulated GPU: %s\n", what.c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace cuda_emulated
