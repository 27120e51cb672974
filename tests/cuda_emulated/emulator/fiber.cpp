// SPDX-License-Identifier: MIT
#include "fiber.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

#include "settings.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(__x86_64__)
#error "The emulated GPU switches stacks on x86-64 only"
#endif

// Keeps what the calling convention asks a function to keep, stores the stack pointer in *from, and goes on at `to`.
extern "C" void cuda_emulated_switch(void** from, void* to);
asm(R"(
.text
.globl cuda_emulated_switch
.type cuda_emulated_switch, @function
cuda_emulated_switch:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret
.size cuda_emulated_switch, .-cuda_emulated_switch
)");

namespace cuda_emulated {

namespace {

void* scheduler_place = nullptr;
Fiber* running = nullptr;
void (*first_call)() = nullptr;

#if defined(__SANITIZE_ADDRESS__)
void const* scheduler_stack = nullptr;
std::size_t scheduler_size = 0;
void arrive_in_fiber(void* fake) {
  __sanitizer_finish_switch_fiber(fake, &scheduler_stack, &scheduler_size);
}
#endif

void begin() {
#if defined(__SANITIZE_ADDRESS__)
  arrive_in_fiber(nullptr);
#endif
  first_call();
  die("a fiber ended");
}

}  // namespace

void Fiber::Unmap::operator()(char* stack) const {
  munmap(stack, stack_bytes);
}

Fiber::Fiber(void (*entry)()) {
  void* const memory =
      mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) die("no memory for a thread's stack");
  mprotect(memory, 4096, PROT_NONE);
  stack_.reset(static_cast<char*>(memory));
  first_call = entry;
  auto* top = reinterpret_cast<void**>(stack_.get() + stack_bytes - 64);
  *--top = nullptr;  // where begin() would return to, which keeps its stack aligned as after a call
  *--top = reinterpret_cast<void*>(&begin);
  for (int saved = 0; saved < 6; ++saved) *--top = nullptr;
  place_ = top;
}

void Fiber::resume() {
  running = this;
#if defined(__SANITIZE_ADDRESS__)
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, stack_.get(), stack_bytes);
#endif
  cuda_emulated_switch(&scheduler_place, place_);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

void Fiber::yield() {
  Fiber* const self = running;
#if defined(__SANITIZE_ADDRESS__)
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, scheduler_stack, scheduler_size);
#endif
  cuda_emulated_switch(&self->place_, scheduler_place);
#if defined(__SANITIZE_ADDRESS__)
  arrive_in_fiber(fake);
#endif
}

}  // namespace cuda_emulated
