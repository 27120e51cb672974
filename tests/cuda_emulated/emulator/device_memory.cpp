// SPDX-License-Identifier: MIT
#include "device_memory.hpp"

#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>

#include "recording.hpp"
#include "settings.hpp"

namespace cuda_emulated {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t arena_bytes = std::size_t{1} << 42;
constexpr std::size_t alignment = 256;
constexpr unsigned char poison = 0xFF;

struct Allocation {
  char* pages;
  std::size_t page_bytes;
  std::size_t bytes;
  int device;
};

char* arena = nullptr;
std::size_t used_arena = 0;
std::map<char*, Allocation> live;
int key = -1;      // protection key of device memory; -1 where the processor has none
int accesses = 0;  // nested DeviceAccess objects of the thread that holds the runtime's lock
char const* running = nullptr;
struct sigaction earlier_action;

bool in_arena(void const* place) {
  return arena != nullptr && place >= arena && place < arena + arena_bytes;
}

// Async-signal-safe enough: the process ends here.
void on_fault(int signal, siginfo_t* info, void* context) {
  if (in_arena(info->si_addr)) {
    char const* const who = running == nullptr ? "the host" : running;
    char const* what = "freed device memory, or beyond the last allocation";
    for (auto const& [start, allocation] : live) {
      if (info->si_addr >= allocation.pages - page && info->si_addr < allocation.pages) what = "before an allocation";
      if (info->si_addr >= allocation.pages && info->si_addr < allocation.pages + allocation.page_bytes) {
        what = "device memory";
      }
      if (info->si_addr >= allocation.pages + allocation.page_bytes &&
          info->si_addr < allocation.pages + allocation.page_bytes + page) {
        what = "past the end of an allocation";
      }
    }
    std::fprintf(stderr, "emulated GPU: %s touched %s at %p\n", who, what, info->si_addr);
  } else if (running != nullptr) {
    std::fprintf(stderr, "emulated GPU: %s: wild or misaligned access at %p\n", running, info->si_addr);
  }
  std::fflush(stderr);
  if ((earlier_action.sa_flags & SA_SIGINFO) != 0 && earlier_action.sa_sigaction != nullptr) {
    earlier_action.sa_sigaction(signal, info, context);
  }
  ::signal(SIGSEGV, SIG_DFL);
}

void open_arena() {
  if (arena != nullptr) return;
  void* const start = mmap(nullptr, arena_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) die("no address space for device memory");
  arena = static_cast<char*>(start);
  used_arena = page;
  key = pkey_alloc(0, PKEY_DISABLE_ACCESS);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, &earlier_action);
}

void protect(Allocation const& allocation, int protection) {
  mprotect(allocation.pages, allocation.page_bytes, protection);
}

void check_borders(char* start, Allocation const& allocation) {
  auto const is_poison = [](char c) { return static_cast<unsigned char>(c) == poison; };
  char* const end = allocation.pages + allocation.page_bytes;
  if (!std::all_of(allocation.pages, start, is_poison)) die("memory before an allocation was written");
  if (!std::all_of(start + allocation.bytes, end, is_poison)) die("memory past an allocation was written");
}

}  // namespace

void* allocate_device(std::size_t bytes, int device) {
  open_arena();
  std::size_t const room = (bytes + alignment - 1) / alignment * alignment;
  std::size_t const page_bytes = (room + page - 1) / page * page;
  if (used_arena + page_bytes + page > arena_bytes) die("no addresses are left");
  char* const pages = arena + used_arena;
  used_arena += page_bytes + page;
  char* const start = pages + page_bytes - room;
  Allocation const allocation{pages, page_bytes, bytes, device};
  live[start] = allocation;
  if (key >= 0) {
    pkey_mprotect(pages, page_bytes, PROT_READ | PROT_WRITE, key);
    DeviceAccess const access;
    std::memset(pages, poison, page_bytes);
    if (skips_kernels()) fill_with_numbers(start, bytes);
  } else {
    protect(allocation, PROT_READ | PROT_WRITE);
    std::memset(pages, poison, page_bytes);
    if (skips_kernels()) fill_with_numbers(start, bytes);
    if (accesses == 0) protect(allocation, PROT_NONE);
  }
  return start;
}

std::size_t free_device(void* memory) {
  auto const found = live.find(static_cast<char*>(memory));
  if (found == live.end()) die("memory is freed that is not allocated, or twice");
  {
    DeviceAccess const access;
    check_borders(found->first, found->second);
  }
  std::size_t const bytes = found->second.bytes;
  protect(found->second, PROT_NONE);
  madvise(found->second.pages, found->second.page_bytes, MADV_DONTNEED);
  live.erase(found);
  return bytes;
}

int device_of(void* memory) {
  auto const found = live.find(static_cast<char*>(memory));
  return found == live.end() ? 0 : found->second.device;
}

bool is_device_memory(void const* place) {
  return in_arena(place);
}

void require_allocated(void const* place, std::size_t bytes, char const* what) {
  if (bytes == 0) return;
  auto found = live.upper_bound(static_cast<char*>(const_cast<void*>(place)));
  if (found != live.begin()) {
    --found;
    if (static_cast<char const*>(place) + bytes <= found->first + found->second.bytes) return;
  }
  die(std::string(what) + ": " + std::to_string(bytes) + " bytes are not inside one allocation");
}

DeviceAccess::DeviceAccess() {
  if (accesses++ > 0) return;
  if (key >= 0) {
    pkey_set(key, 0);
    return;
  }
  for (auto const& [start, allocation] : live) protect(allocation, PROT_READ | PROT_WRITE);
}

DeviceAccess::~DeviceAccess() {
  if (--accesses > 0) return;
  if (key >= 0) {
    pkey_set(key, PKEY_DISABLE_ACCESS);
    return;
  }
  for (auto const& [start, allocation] : live) protect(allocation, PROT_NONE);
}

void set_running(char const* what) {
  running = what;
}

}  // namespace cuda_emulated
