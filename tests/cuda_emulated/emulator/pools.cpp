// SPDX-License-Identifier: MIT
#include "pools.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>

#include "settings.hpp"
#include "state.hpp"
#include "streams.hpp"

namespace cuda_emulated {

namespace {

struct Pool {
  std::size_t reserved = 0;  // held of the device's memory
  std::size_t used = 0;
  std::uint64_t threshold = 0;
};

std::map<int, Pool>& pools() {
  static auto& all = *new std::map<int, Pool>;
  return all;
}
std::map<int, std::ptrdiff_t> plain;

constexpr std::size_t piece = std::size_t{2} << 20;

void trim(Pool& pool, std::size_t keep) {
  std::size_t const wanted = (std::max(pool.used, keep) + piece - 1) / piece * piece;
  pool.reserved = std::min(pool.reserved, wanted);
}

Pool& pool_of(cudaMemPool_t pool) {
  auto const device = static_cast<int>(reinterpret_cast<std::uintptr_t>(pool)) - 1;
  auto const found = pools().find(device);
  if (found == pools().end()) die("a memory pool is used that no device has");
  return found->second;
}

}  // namespace

std::size_t held_bytes(int device) {
  return pools()[device].reserved + static_cast<std::size_t>(plain[device]);
}

void hold(int device, std::ptrdiff_t bytes) {
  plain[device] += bytes;
}

bool take_from_pool(int device, std::size_t bytes) {
  Pool& pool = pools()[device];
  std::size_t const wanted = (pool.used + bytes + piece - 1) / piece * piece;
  if (wanted > pool.reserved) {
    if (held_bytes(device) + the_machine().elsewhere + wanted - pool.reserved > settings().memory) return false;
    ++counted().pool_growths;
    pool.reserved = wanted;
  }
  pool.used += bytes;
  return true;
}

void give_to_pool(int device, std::size_t bytes) {
  pools()[device].used -= bytes;
}

void release_unused() {
  for (auto& [device, pool] : pools()) {
    if (pool.reserved > pool.threshold) trim(pool, pool.threshold);
  }
}

}  // namespace cuda_emulated

using namespace cuda_emulated;

extern "C" {

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device) {
  std::scoped_lock const lock(machine());
  pools()[device];
  *pool = reinterpret_cast<cudaMemPool_t>(static_cast<std::uintptr_t>(device) + 1);
  return returned(cudaSuccess);
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  std::scoped_lock const lock(machine());
  if (attribute != cudaMemPoolAttrReleaseThreshold) return returned(cudaErrorInvalidValue);
  pool_of(pool).threshold = *static_cast<std::uint64_t*>(value);
  return returned(cudaSuccess);
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  std::scoped_lock const lock(machine());
  Pool const& asked = pool_of(pool);
  auto& number = *static_cast<std::uint64_t*>(value);
  if (attribute == cudaMemPoolAttrReservedMemCurrent) {
    number = asked.reserved;
  } else if (attribute == cudaMemPoolAttrUsedMemCurrent) {
    number = asked.used;
  } else {
    return returned(cudaErrorInvalidValue);
  }
  return returned(cudaSuccess);
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, std::size_t keep) {
  std::scoped_lock const lock(machine());
  trim(pool_of(pool), keep);
  return returned(cudaSuccess);
}
}
