// SPDX-License-Identifier: MIT
// Every CUDA thread is a fiber: it runs until it ends or waits in __syncthreads, then the next one runs.
#include <ucontext.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace host_cuda {

unsigned char* dynamic_shared_memory = nullptr;

namespace {

constexpr std::size_t stack_bytes = 128 * 1024;

struct Fiber {
  ucontext_t context = {};
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(stack_bytes);
  dim3 thread;
  bool has_ended = false;
};

ucontext_t scheduler;
Fiber* running = nullptr;
std::function<void()> const* kernel_body = nullptr;

void run_kernel() {
  (*kernel_body)();
  running->has_ended = true;
  swapcontext(&running->context, &scheduler);
}

void prepare(Fiber& fiber, dim3 thread) {
  fiber.thread = thread;
  fiber.has_ended = false;
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack.get();
  fiber.context.uc_stack.ss_size = stack_bytes;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, run_kernel, 0);
}

// Number of fibers that ended on this turn, from one __syncthreads to the next.
std::size_t run_to_barrier(std::vector<Fiber>& fibers, std::size_t count) {
  std::size_t ended = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (fibers[i].has_ended) continue;
    running = &fibers[i];
    threadIdx = fibers[i].thread;
    swapcontext(&scheduler, &fibers[i].context);
    if (fibers[i].has_ended) ++ended;
  }
  return ended;
}

void run_block(std::vector<Fiber>& fibers, dim3 block) {
  std::size_t const count = std::size_t{block.x} * block.y * block.z;
  std::size_t next = 0;
  for (unsigned z = 0; z < block.z; ++z) {
    for (unsigned y = 0; y < block.y; ++y) {
      for (unsigned x = 0; x < block.x; ++x) prepare(fibers[next++], dim3(x, y, z));
    }
  }
  std::size_t ended = 0;
  while (ended == 0) ended = run_to_barrier(fibers, count);
  if (ended != count) std::abort();
}

}  // namespace

void run_grid(dim3 grid, dim3 block, std::size_t shared_bytes, std::function<void()> const& kernel) {
  static std::vector<Fiber> fibers(1024);
  auto const shared = std::make_unique<float4[]>(shared_bytes / sizeof(float4) + 1);
  dynamic_shared_memory = reinterpret_cast<unsigned char*>(shared.get());
  kernel_body = &kernel;
  gridDim = grid;
  blockDim = block;
  for (unsigned z = 0; z < grid.z; ++z) {
    for (unsigned y = 0; y < grid.y; ++y) {
      for (unsigned x = 0; x < grid.x; ++x) {
        blockIdx = dim3(x, y, z);
        std::memset(dynamic_shared_memory, 0xFF, shared_bytes);
        run_block(fibers, block);
      }
    }
  }
}

}  // namespace host_cuda

void __syncthreads() {
  swapcontext(&host_cuda::running->context, &host_cuda::scheduler);
}
