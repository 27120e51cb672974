// SPDX-License-Identifier: MIT
// What the CUDA backend does where a machine has too little, or reports errors.
#include <dlfcn.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "device/batch_memory.hpp"
#include "device/make_backend.hpp"
#include "device/memory_in_use.hpp"
#include "emulator/control.hpp"
#include "kernels/backward/activation_backward.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/forward/activation.hpp"
#include "kernels/forward/recurrence.hpp"
#include "linalg/device_library.hpp"
#include "linalg/library_calls_cuda.hpp"
#include "linalg/symmetric.hpp"

namespace shoal::device {
namespace {

using cuda_emulated::Call;
using testing::HasSubstr;
using testing::IsEmpty;

bool const has_settings = setenv("SHOAL_EMULATED_GPUS", "1", 0) == 0;

class CudaFaults : public testing::Test {
 protected:
  void TearDown() override {
    cuda_emulated::forget_failures();
    cuda_emulated::pretend_no_more();
    cuda_emulated::occupy_elsewhere(0);
  }
  static std::string problem(int devices, int capability, int driver_version) {
    cuda_emulated::pretend(devices, capability, driver_version);
    EXPECT_EQ(cuda_device_count(), 0);
    return find_cuda_devices().problem;
  }
};

std::string message_of(std::function<void()> const& f) {
  try {
    f();
  } catch (Error const& error) {
    return error.what();
  }
  return {};
}

TEST_F(CudaFaults, ReasonsWhyThereIsNoDeviceAreTold) {
  EXPECT_THAT(problem(0, 90, 0), IsEmpty());      // no driver
  EXPECT_THAT(problem(0, 90, 13000), IsEmpty());  // no device
  EXPECT_THAT(problem(1, 90, 12080), HasSubstr("knows CUDA 12.8, this build needs 13.0"));
  EXPECT_THAT(problem(1, 75, 13000), HasSubstr("compute capability 7.5"));
  EXPECT_THAT(message_of([] { Backend::cuda(); }), HasSubstr("compute capability 7.5"));
}

TEST_F(CudaFaults, ADeviceIsDescribedForProvenance) {
  EXPECT_EQ(describe_cuda_device(0), "emulated GPU, compute capability 9.0, CUDA 13.0");
  EXPECT_THAT(linalg::device_library(), HasSubstr("cuSOLVER 12.0.0, cuBLAS 13.0.0"));
}

// As it is when cuBLAS is missing, and when it lies in a folder of the user's.
TEST_F(CudaFaults, LibrariesAreLoadedFromNamedFolders) {
  auto const load = [] { linalg::open_library("cuNothing", "libcunothing.so.7"); };
  EXPECT_THAT(message_of(load), AllOf(HasSubstr("a GPU needs cuNothing, and libcunothing.so.7 cannot be loaded"),
                                      HasSubstr("SHOAL_CUDA_LIBRARIES, or use --backend cpu")));
  std::filesystem::path const folder = std::filesystem::path(testing::TempDir()) / "shoal_cuda_libraries";
  std::filesystem::create_directories(folder);
  Dl_info libc{};
  ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &libc), 0);
  std::filesystem::remove(folder / "libcunothing.so.7");
  std::filesystem::create_symlink(libc.dli_fname, folder / "libcunothing.so.7");
  setenv("SHOAL_CUDA_LIBRARIES", ("/nowhere::" + folder.string()).c_str(), 1);
  EXPECT_EQ(message_of(load), "");
  unsetenv("SHOAL_CUDA_LIBRARIES");
  std::filesystem::remove_all(folder);
}

TEST_F(CudaFaults, ACudaBackendHasTheHostsThreads) {
  EXPECT_EQ(make_backend(BackendKind::cuda, 3)->cpu_space().threads, 3);
  EXPECT_EQ(Backend::cuda()->cpu_space().threads, 1);
}

TEST_F(CudaFaults, RanksShareTheMemoryOfADevice) {
  std::size_t const all = Backend::cuda()->free_memory();
  EXPECT_EQ(make_backend(BackendKind::cuda, 1, {.number = 0, .ranks = 16})->free_memory(), all / 16);
}

TEST_F(CudaFaults, HandlesEndWithTheirBackend) {
  long const before = cuda_emulated::counts().handles;
  auto const in_use = [] {
    cuda_emulated::Counts const all = cuda_emulated::counts();
    return all.allocations - all.frees + all.pool_allocations - all.pool_frees;
  };
  long const allocated = in_use();
  auto backend = Backend::cuda();
  std::vector<double> const two = {4, 0, 2, 5};
  Buffer<double> matrix(*backend, std::span<double const>(two));
  auto const factor = [&] { linalg::cholesky_factor(backend->cuda_space(), {matrix.data(), 2, 2, 2}); };
  factor();
  matrix.copy_from(two);
  std::thread(factor).join();  // another thread has no handle of its own
  EXPECT_EQ(cuda_emulated::counts().handles, before + 2);
  matrix = {};
  backend.reset();
  EXPECT_EQ(cuda_emulated::counts().handles, before);
  EXPECT_EQ(in_use(), allocated);
}

TEST_F(CudaFaults, MemoryOfTheHostIsFreeAfterACopy) {
  auto const backend = Backend::cuda();
  std::size_t const many = 3'000'001;  // more than the slots of pinned memory hold at once
  Buffer<int> buffer(*backend, many);
  {
    std::vector<int> source(many, 5);
    source.back() = 6;
    buffer.copy_from(source);
    std::fill(source.begin(), source.end(), 7);
  }
  std::vector<int> const host = buffer.to_host();
  EXPECT_EQ(host.front(), 5);
  EXPECT_EQ(host[many - 2], 5);
  EXPECT_EQ(host.back(), 6);
}

TEST_F(CudaFaults, AnErrorIsNotTheNextOnes) {
  auto const backend = Backend::cuda();
  EXPECT_THROW(Buffer<char>(*backend, std::size_t{1} << 40), OutOfMemory);
  EXPECT_EQ(cudaPeekAtLastError(), cudaSuccess);
  cuda_emulated::fail_call(Call::launch, 1, cudaErrorLaunchOutOfResources);
  Buffer<float> values(*backend, 4);
  values.fill_zero();
  auto const activate = [&] {
    kernels::MutableValues const view{values.data(), 1, 4, 1, 4, 0};
    kernels::activate(backend->cuda_space(), {view.data, 1, 4, 1, 4, 0}, kernels::Activation::sigmoid, 0.0F, view);
  };
  EXPECT_THAT(message_of(activate), HasSubstr("activate: too many resources"));
  EXPECT_EQ(cudaPeekAtLastError(), cudaSuccess);
  activate();
  EXPECT_EQ(values.to_host()[2], 0.5F);
}

TEST_F(CudaFaults, ABrokenDeviceStaysBroken) {
  auto const backend = Backend::cuda();
  Buffer<float> values(*backend, 4);
  cuda_emulated::fail_call(Call::wait, 1, cudaErrorIllegalAddress, true);
  EXPECT_THAT(message_of([&] { backend->synchronize(); }), HasSubstr("an illegal memory access"));
  EXPECT_THAT(message_of([&] { values.to_host(); }), HasSubstr("an illegal memory access"));
  cuda_emulated::forget_failures();
  backend->synchronize();
}

TEST_F(CudaFaults, TooLittleMemoryMakesBatchesSmaller) {
  auto const backend = Backend::cuda();
  std::size_t const free = backend->free_memory();
  std::int64_t batch = 1024;
  Buffer<char> const memory = batch_memory<char>(
      *backend, batch, [&](std::int64_t sequences) { return static_cast<std::int64_t>(free / 256) * sequences; });
  EXPECT_EQ(batch, 256);
  EXPECT_EQ(memory.size(), free / 256 * 256);
  batch = 4;
  auto const too_large = [&](std::int64_t) { return static_cast<std::int64_t>(free) + 1; };
  EXPECT_THROW(batch_memory<char>(*backend, batch, too_large), OutOfMemory);
  EXPECT_EQ(batch, 1);
}

// What is freed stays in the pool, for this process: the next allocation of as much takes nothing from the device.
TEST_F(CudaFaults, FreedMemoryIsUsedAgain) {
  auto const backend = Backend::cuda();
  constexpr std::size_t bytes = std::size_t{40} << 20;
  std::size_t const free = backend->free_memory();
  { Buffer<char> const first(*backend, bytes); }
  backend->synchronize();
  EXPECT_EQ(backend->free_memory(), free);
  EXPECT_GE(device_memory_in_use(0), bytes);
  cuda_emulated::Counts const before = cuda_emulated::counts();
  { Buffer<char> const again(*backend, bytes); }
  EXPECT_EQ(cuda_emulated::counts().pool_growths, before.pool_growths);
  EXPECT_EQ(cuda_emulated::counts().waits, before.waits);
}

TEST_F(CudaFaults, OtherProcessesMemoryIsNotInUseHere) {
  auto const backend = Backend::cuda();
  std::size_t const before = device_memory_in_use(0);
  cuda_emulated::occupy_elsewhere(std::size_t{100} << 20);
  EXPECT_EQ(device_memory_in_use(0), before);
}

TEST_F(CudaFaults, GridsThatAreTooLargeAreRefused) {
  using kernels::cuda::all_blocks_for;
  EXPECT_EQ(all_blocks_for(std::int64_t{2147483647} * 128, 128, "x"), 2147483647U);
  EXPECT_THAT(message_of([] { all_blocks_for(std::int64_t{2147483647} * 128 + 1, 128, "drawing"); }),
              HasSubstr("drawing: too many blocks"));
}

// The backward step has more registers than blocks of 1,024 threads have.
TEST_F(CudaFaults, RecurrencesOfManyUnitsFit) {
  auto const backend = Backend::cuda();
  kernels::CpuSpace const cpu;
  kernels::CudaSpace const cuda = backend->cuda_space();
  for (auto const& [cell, units] : {std::pair{kernels::RecurrentCell::lstm, 260},
                                    {kernels::RecurrentCell::gru, 350},
                                    {kernels::RecurrentCell::simple, 1030}}) {
    kernels::RecurrenceShape const shape{.cell = cell, .units = units};
    std::int64_t const gates = kernels::gates_of(cell) * units, states = kernels::states_of(cell) * units, steps = 2;
    std::vector<float> const kernel(static_cast<std::size_t>(units * gates), 0.01F);
    std::vector<float> const input(static_cast<std::size_t>(steps * gates), 0.3F);
    std::vector<float> const wanted(static_cast<std::size_t>(steps * states), 0.5F);
    auto const run = [&](auto const& space, Backend const& at) {
      std::vector<float> packed(kernels::packed_recurrence_size(space, shape));
      kernels::pack_recurrence(space, shape, kernel.data(), nullptr, nullptr, packed.data());
      Buffer<float> const weights(at, std::span<float const>(packed)), x(at, std::span<float const>(input)),
          adjoint(at, std::span<float const>(wanted));
      Buffer<float> y(at, wanted.size()), result(at, input.size());
      kernels::ConstValues const in{x.data(), 1, steps, gates, steps * gates, 0};
      kernels::recurrence(space, in, shape, weights.data(), {y.data(), 1, steps, states, steps * states, 0});
      kernels::recurrence_backward(space, in, {y.data(), 1, steps, states, steps * states, 0}, shape, weights.data(),
                                   {adjoint.data(), 1, steps, states, steps * states, 0},
                                   {result.data(), 1, steps, gates, steps * gates, 0});
      return result.to_host();
    };
    EXPECT_EQ(run(cpu, *Backend::cpu()), run(cuda, *backend)) << units << " units";
  }
}

// Several threads that each ask for what their launch needs would take it away from one another.
TEST_F(CudaFaults, LargeSharedMemoryIsAskedForOnce) {
  long const before = cuda_emulated::counts().attributes;
  auto const launch = [](std::int64_t units) {
    auto const backend = Backend::cuda();
    kernels::RecurrenceShape const shape{.cell = kernels::RecurrentCell::simple, .units = units};
    Buffer<float> packed(*backend, kernels::packed_recurrence_size(backend->cuda_space(), shape));
    packed.fill_zero();
    Buffer<float> x(*backend, static_cast<std::size_t>(units)), y(*backend, static_cast<std::size_t>(units));
    x.fill_zero();
    kernels::recurrence(backend->cuda_space(), {x.data(), 1, 1, units, units, 0}, shape, packed.data(),
                        {y.data(), 1, 1, units, units, 0});
    EXPECT_EQ(y.to_host().back(), 0.0F);
  };
  std::thread one(launch, 2600), other(launch, 2700);
  one.join();
  other.join();
  EXPECT_LE(cuda_emulated::counts().attributes, before + 1);
}

}  // namespace
}  // namespace shoal::device
