// SPDX-License-Identifier: MIT
// Stacks that take turns on one thread of the host.
#pragma once

#include <cstddef>
#include <memory>

namespace cuda_emulated {

// A stack that runs entry() when it is first switched to. entry must not return.
class Fiber {
 public:
  explicit Fiber(void (*entry)());
  // Runs this fiber until it calls yield(); only outside of fibers.
  void resume();
  // Goes back to the caller of resume(); only within a fiber.
  static void yield();

 private:
  static constexpr std::size_t stack_bytes = 256 * 1024;
  struct Unmap {
    void operator()(char* stack) const;
  };
  std::unique_ptr<char, Unmap> stack_;
  void* place_ = nullptr;  // stack pointer while it does not run
};

}  // namespace cuda_emulated
