// SPDX-License-Identifier: MIT
#include "blocks.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "device_memory.hpp"
#include "fiber.hpp"
#include "settings.hpp"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

// What `extern __shared__` in kernels/cuda/launch.cuh declares.
namespace shoal::kernels::cuda {
alignas(128) extern thread_local unsigned char dynamic_shared[];
alignas(128) thread_local unsigned char dynamic_shared[cuda_emulated::most_shared_bytes];
}  // namespace shoal::kernels::cuda

namespace cuda_emulated {

namespace {

enum class State : unsigned char { not_started, ready, in_barrier, in_warp, ended };

// A thread that has started and not ended has a fiber of its own. A fiber whose thread ended takes the next that has
// not started: so kernels without barriers need one fiber and never switch.
struct Thread {
  State state = State::not_started;
  Fiber* fiber = nullptr;
};

struct Warp {
  std::array<void*, 32> slots{};
  unsigned arrived = 0;  // lanes
  unsigned mask = 0;
  void (*act)(void* const*) = nullptr;
};

struct Block {
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  std::vector<std::uint32_t> order;
  std::size_t next = 0;  // in the order: who has not started
  std::uint32_t running = 0;
  bool has_taken = false;  // the fiber that runs has a thread
};

Block block;
std::vector<std::unique_ptr<Fiber>> fibers;
std::vector<Fiber*> idle;
Launch const* current = nullptr;

void set_indices(std::uint32_t thread) {
  block.running = thread;
  dim3 const size = current->block;
  threadIdx.x = thread % size.x;
  threadIdx.y = thread / size.x % size.y;
  threadIdx.z = thread / size.x / size.y;
}

// What every fiber does: one thread after the other.
void run_threads() {
  for (;;) {
    while (block.next < block.order.size()) {
      std::uint32_t const thread = block.order[block.next++];
      set_indices(thread);
      block.has_taken = true;
      current->body();
      block.threads[thread].state = State::ended;
      // Others may have run since: this fiber is no longer among those that wait.
      block.threads[thread].fiber = nullptr;
      block.running = thread;
    }
    block.has_taken = false;
    Fiber::yield();
  }
}

Fiber* take_fiber() {
  if (idle.empty()) {
    fibers.push_back(std::make_unique<Fiber>(run_threads));
    return fibers.back().get();
  }
  Fiber* const fiber = idle.back();
  idle.pop_back();
  return fiber;
}

// Runs a fiber until its thread waits or no thread is left that it could take.
void run(Fiber* fiber) {
  fiber->resume();
  if (block.has_taken) {
    block.threads[block.running].fiber = fiber;
  } else {
    idle.push_back(fiber);
  }
}

void wait_as(State state) {
  std::uint32_t const thread = block.running;
  block.threads[thread].state = state;
  Fiber::yield();
  set_indices(thread);
  block.has_taken = true;
}

[[noreturn]] void die_waiting() {
  std::size_t counts[5] = {};
  for (Thread const& thread : block.threads) ++counts[static_cast<std::size_t>(thread.state)];
  die(std::string("kernel ") + current->name + ": " + std::to_string(counts[2]) + " threads wait in a barrier, " +
      std::to_string(counts[3]) + " in a call of their warp, " + std::to_string(counts[4]) + " have ended");
}

// Runs the threads of one warp that can run: once each, or until all wait for other warps.
std::size_t run_warp(std::uint32_t warp, bool until_they_wait) {
  std::size_t const first = 32 * std::size_t{warp}, last = std::min(first + 32, block.threads.size());
  std::size_t ran = 0, before = 0;
  do {
    before = ran;
    for (std::size_t at = first; at < last; ++at) {
      if (block.threads[at].state != State::ready) continue;
      set_indices(static_cast<std::uint32_t>(at));
      ++ran;
      run(block.threads[at].fiber);
    }
  } while (until_they_wait && ran > before);
  return ran;
}

// All have started; runs those that can run until all have ended. In random order a warp runs as far as it can
// before the next one does, so that warps are as far apart as barriers let them.
void finish_block() {
  std::size_t const count = block.threads.size();
  std::vector<std::uint32_t> order;
  for (;;) {
    put_in_order(order, count);
    std::size_t ran = 0, ended = 0, waiting = 0;
    for (std::uint32_t const at : order) {
      Thread& thread = block.threads[at];
      if (thread.state == State::ready && settings().order == Order::random) ran += run_warp(at / 32, true);
      if (thread.state == State::ready) {
        set_indices(at);
        ++ran;
        run(thread.fiber);
      }
      ended += thread.state == State::ended;
      waiting += thread.state == State::in_barrier;
    }
    if (ended == count) return;
    if (ran > 0 && waiting + ended < count) continue;
    if (waiting == count) {
      for (Thread& thread : block.threads) thread.state = State::ready;
    } else if (ran == 0) {
      die_waiting();
    }
  }
}

void run_block() {
  std::size_t const count = std::size_t{current->block.x} * current->block.y * current->block.z;
  block.threads.assign(count, Thread{});
  block.warps.assign((count + 31) / 32, Warp{});
  put_in_order(block.order, count);
  block.next = 0;
  while (block.next < count) run(take_fiber());
  finish_block();
}

unsigned lanes_of(std::uint32_t warp) {
  std::size_t const left = block.threads.size() - 32 * std::size_t{warp};
  return left >= 32 ? 0xFFFFFFFFU : (1U << left) - 1;
}

}  // namespace

void run_grid(Launch const& launch) {
  current = &launch;
  set_running(launch.name);
  gridDim = launch.grid;
  blockDim = launch.block;
  unsigned char* const shared = shoal::kernels::cuda::dynamic_shared;
  std::size_t const blocks = std::size_t{launch.grid.x} * launch.grid.y * launch.grid.z;
  // A step that is coprime to the number of blocks visits each once.
  std::size_t step = 1, at = 0;
  if (settings().order == Order::reversed) step = at = blocks - 1;
  if (settings().order == Order::random) {
    step = generator()() % blocks + 1;
    while (std::gcd(step, blocks) != 1) ++step;
  }
  for (std::size_t done = 0; done < blocks; ++done, at = (at + step) % blocks) {
    blockIdx.x = static_cast<unsigned>(at % launch.grid.x);
    blockIdx.y = static_cast<unsigned>(at / launch.grid.x % launch.grid.y);
    blockIdx.z = static_cast<unsigned>(at / launch.grid.x / launch.grid.y);
    std::memset(shared, 0xFF, launch.shared_bytes);
    run_block();
  }
  set_running(nullptr);
}

unsigned lane() {
  return block.running % 32;
}

void warp_together(unsigned mask, void (*act)(void* const*), void* mine) {
  std::uint32_t const thread = block.running, number = thread / 32;
  Warp& warp = block.warps[number];
  unsigned const wanted = mask & lanes_of(number);
  if ((wanted >> (thread % 32) & 1U) == 0) die(std::string(current->name) + ": a lane is not in its own mask");
  if (warp.arrived != 0 && (warp.act != act || warp.mask != wanted)) {
    die(std::string(current->name) + ": lanes of a warp meet at different calls");
  }
  warp.act = act;
  warp.mask = wanted;
  warp.slots[thread % 32] = mine;
  warp.arrived |= 1U << (thread % 32);
  if (warp.arrived != wanted) return wait_as(State::in_warp);
  std::array<void*, 32> slots = warp.slots;
  warp = Warp{};
  // A lane that does not exist or is not in the mask shows what the first one has.
  for (unsigned other = 0; other < 32; ++other) {
    if ((wanted >> other & 1U) == 0) slots[other] = slots[std::countr_zero(wanted)];
  }
  if (act != nullptr) act(slots.data());
  for (unsigned other = 0; other < 32; ++other) {
    if ((wanted >> other & 1U) == 0 || other == thread % 32) continue;
    block.threads[32 * number + other].state = State::ready;
  }
}

void shuffle(unsigned mask, Shuffle& mine) {
  warp_together(
      mask,
      [](void* const* slots) {
        for (int lane = 0; lane < 32; ++lane) {
          auto& to = *static_cast<Shuffle*>(slots[lane]);
          auto const& from = *static_cast<Shuffle*>(slots[to.from % 32]);
          std::memcpy(to.result, from.value, sizeof to.result);
        }
      },
      &mine);
}

unsigned ballot(unsigned mask, bool predicate) {
  struct Vote {
    unsigned lane;
    bool yes;
    unsigned result;
  } mine{lane(), predicate, 0};
  warp_together(
      mask,
      [](void* const* slots) {
        unsigned all = 0;
        for (int lane = 0; lane < 32; ++lane) {
          auto const& vote = *static_cast<Vote*>(slots[lane]);
          if (vote.yes) all |= 1U << vote.lane;
        }
        for (int lane = 0; lane < 32; ++lane) static_cast<Vote*>(slots[lane])->result = all;
      },
      &mine);
  return mine.result;
}

void refuse(char const* what) {
  die(std::string("kernel ") + (current == nullptr ? "" : current->name) + ": " + what);
}

void refuse_misaligned(void const*, std::size_t alignment) {
  refuse(("an access that is not aligned to " + std::to_string(alignment) + " bytes").c_str());
}

}  // namespace cuda_emulated

void __syncthreads() {
  cuda_emulated::wait_as(cuda_emulated::State::in_barrier);
}

void __syncwarp(unsigned mask) {
  cuda_emulated::warp_together(mask, nullptr, nullptr);
}
