// SPDX-License-Identifier: MIT
// The emulated GPU itself: what it must compute, and the mistakes that it must find.
#include <gtest/gtest.h>

#include <cstdlib>
#include <span>
#include <vector>

#include "device/buffer.hpp"
#include "emulator/control.hpp"
#include "kernels/cuda/launch.cuh"

namespace shoal::kernels {
namespace {

bool const has_settings = setenv("SHOAL_EMULATED_GPUS", "1", 0) == 0;

void fill_index(int* values, int count) {
  for (auto i = static_cast<int>(cuda::global_thread()); i < count; i += static_cast<int>(cuda::global_threads())) {
    values[i] = i;
  }
}

void reverse_block(int* values) {
  __shared__ int shared[64];
  shared[threadIdx.x] = values[threadIdx.x];
  __syncthreads();
  values[threadIdx.x] = shared[blockDim.x - 1 - threadIdx.x];
}

void sum_warp(int* values) {
  int sum = values[threadIdx.x];
  for (int lanes = 16; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0xFFFFFFFFU, sum, lanes);
  unsigned const odd = __ballot_sync(0xFFFFFFFFU, static_cast<int>(threadIdx.x % 2));
  values[threadIdx.x] = odd == 0xAAAAAAAAU ? sum : -1;
}

void some_wait(int* values) {
  if (threadIdx.x < 7) __syncthreads();
  values[threadIdx.x] = 0;
}

void read_four(float const* from, float* to) {
  *reinterpret_cast<float4*>(to) = *reinterpret_cast<float4 const*>(from);
}

class Emulator : public testing::Test {
 protected:
  cuda::LaunchShape one_block(unsigned threads) const { return {dim3(1), dim3(threads), 0}; }
  device::Buffer<int> numbers(int count) const {
    std::vector<int> values(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = i;
    return {*backend_, std::span<int const>(values)};
  }
  std::unique_ptr<device::Backend> backend_ = device::Backend::cuda();
  CudaSpace space_ = backend_->cuda_space();
};

using EmulatorDeath = Emulator;

TEST_F(Emulator, EveryThreadOfEveryBlockRuns) {
  device::Buffer<int> values(*backend_, 1000);
  cuda::launch(space_, "fill", {dim3(3), dim3(64), 0}, fill_index, values.data(), 1000);
  std::vector<int> const host = values.to_host();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(host[static_cast<std::size_t>(i)], i);
}

TEST_F(Emulator, BarriersKeepWhatThreadsWrote) {
  device::Buffer<int> values = numbers(50);
  cuda::launch(space_, "reverse", one_block(50), reverse_block, values.data());
  std::vector<int> const host = values.to_host();
  for (int i = 0; i < 50; ++i) ASSERT_EQ(host[static_cast<std::size_t>(i)], 49 - i);
}

TEST_F(Emulator, LanesExchangeValues) {
  device::Buffer<int> values = numbers(64);
  cuda::launch(space_, "sum", one_block(64), sum_warp, values.data());
  std::vector<int> const host = values.to_host();
  EXPECT_EQ(host[5], 31 * 32 / 2);
  EXPECT_EQ(host[40], 31 * 32 / 2 + 32 * 32);
}

TEST_F(Emulator, WorkIsLate) {
  device::Buffer<int> values(*backend_, 10);
  values.fill_zero();
  int first = 7;
  cudaMemcpyAsync(&first, values.data(), sizeof first, cudaMemcpyDeviceToHost,
                  static_cast<cudaStream_t>(space_.stream));
  EXPECT_EQ(first, -1);  // all bits set: nobody waited
  backend_->synchronize();
  EXPECT_EQ(first, 0);
}

TEST_F(Emulator, FreshMemoryIsNaN) {
  std::vector<float> const host = device::Buffer<float>(*backend_, 5).to_host();
  for (float const value : host) EXPECT_NE(value, value);
}

TEST_F(Emulator, LaunchesThatDoNotFitAreRefused) {
  device::Buffer<int> values(*backend_, 10);
  auto const launched = [&](cuda::LaunchShape const& shape) {
    try {
      cuda::launch(space_, "fill", shape, fill_index, values.data(), 10);
      return true;
    } catch (Error const&) {
      return false;
    }
  };
  EXPECT_TRUE(launched({dim3(1), dim3(1024), 0}));
  EXPECT_FALSE(launched({dim3(1), dim3(1025), 0}));
  EXPECT_FALSE(launched({dim3(1, 65536), dim3(1), 0}));
  EXPECT_FALSE(launched({dim3(0), dim3(1), 0}));
  EXPECT_TRUE(launched({dim3(1), dim3(1), 200 * 1024}));
  EXPECT_FALSE(launched({dim3(1), dim3(1), 228 * 1024}));
  backend_->synchronize();
}

TEST_F(EmulatorDeath, TheHostMayNotTouchDeviceMemory) {
  device::Buffer<int> values(*backend_, 10);
  EXPECT_DEATH(values.data()[0] = 1, "the host touched device memory");
}

TEST_F(EmulatorDeath, OutOfBoundsIsFound) {
  device::Buffer<int> values(*backend_, 64);
  auto const run = [&](int count) {
    cuda::launch(space_, "fill", one_block(64), fill_index, values.data(), count);
    backend_->synchronize();
  };
  EXPECT_DEATH(run(64 + 2048), "past the end of an allocation");
  auto const by_one = [&] {
    {
      device::Buffer<int> own(*backend_, 3);
      cuda::launch(space_, "fill", one_block(64), fill_index, own.data(), 4);
    }
    backend_->synchronize();  // when the memory is freed
  };
  EXPECT_DEATH(by_one(), "past an allocation was written");
}

TEST_F(EmulatorDeath, FreedMemoryIsFound) {
  int* place = nullptr;
  { place = device::Buffer<int>(*backend_, 64).data(); }
  auto const run = [&] {
    cuda::launch(space_, "fill", one_block(64), fill_index, place, 64);
    backend_->synchronize();
  };
  EXPECT_DEATH(run(), "touched freed device memory");
}

TEST_F(EmulatorDeath, BarriersThatNotAllReachAreFound) {
  device::Buffer<int> values = numbers(32);
  auto const run = [&] {
    cuda::launch(space_, "wait", one_block(32), some_wait, values.data());
    backend_->synchronize();
  };
  EXPECT_DEATH(run(), "7 threads wait in a barrier");
}

TEST_F(EmulatorDeath, MisalignedVectorsAreFound) {
  device::Buffer<float> values(*backend_, 32);
  values.fill_zero();
  auto const run = [&](int offset) {
    cuda::launch(space_, "four", one_block(1), read_four, values.data() + offset, values.data() + 16);
    backend_->synchronize();
  };
  run(4);
  EXPECT_DEATH(run(1), "not aligned to 16 bytes");
}

TEST_F(EmulatorDeath, HostMemoryThatChangesBeforeACopyIsFound) {
  device::Buffer<int> values(*backend_, 1);
  auto const run = [&] {
    int source = 1;
    cudaMemcpyAsync(values.data(), &source, sizeof source, cudaMemcpyHostToDevice,
                    static_cast<cudaStream_t>(space_.stream));
    source = 2;
    backend_->synchronize();
  };
  EXPECT_DEATH(run(), "before a copy had read it");
}

}  // namespace
}  // namespace shoal::kernels
