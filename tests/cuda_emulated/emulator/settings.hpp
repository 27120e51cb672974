// SPDX-License-Identifier: MIT
// What the environment says of the emulated machine. README.md has the table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace cuda_emulated {

// Order of threads in a block and of blocks in a grid.
enum class Order { forward, reversed, random };
// When the work of a stream is done: at the last moment, at once, or now and then.
enum class Streams { late, eager, random };

struct Settings {
  int devices = 0;                              // SHOAL_EMULATED_GPUS; 0 reports no device
  std::size_t memory = std::size_t{512} << 20;  // SHOAL_EMULATED_MEMORY in MiB, per device and process
  int capability = 90;                          // SHOAL_EMULATED_CAPABILITY
  bool old_driver = false;                      // SHOAL_EMULATED_DRIVER=old
  Order order = Order::forward;                 // SHOAL_EMULATED_ORDER
  Streams streams = Streams::late;              // SHOAL_EMULATED_STREAMS
  std::string fault;                            // SHOAL_EMULATED_FAULT=CALL:N[:ERROR]
  std::string skip;                             // SHOAL_EMULATED_SKIP: kernels that are not run
  bool report = false;                          // SHOAL_EMULATED_REPORT: counts to stderr when the process ends
};

Settings const& settings();

// A permutation of [0, count) in the order of the settings.
void put_in_order(std::vector<std::uint32_t>& order, std::size_t count);

// Numbers that are the same in every run.
std::mt19937& generator();

// Ends the process with "emulated GPU: …".
[[noreturn]] void die(std::string const& what);

}  // namespace cuda_emulated
