// SPDX-License-Identifier: MIT
// What a build without nvcc knows of CUDA: there is no device.
#include "base/error.hpp"
#include "device/cuda_runtime.hpp"

namespace shoal::device::cuda_runtime {

namespace {

[[noreturn]] void not_built() {
  fail(ErrorCode::not_built, "this build of Shoal has no CUDA backend");
}

}  // namespace

bool is_built() {
  return false;
}
CudaDevices find_devices() {
  return {};
}
std::string version() {
  return {};
}
void* create_stream(int) {
  not_built();
}
void destroy_stream(void*) noexcept {}
std::shared_ptr<Uploads> create_uploads(int, void*) {
  not_built();
}
PooledMemory pooled_memory(int) {
  return {};
}
std::size_t free_memory(int) {
  not_built();
}
void* allocate(int, void*, std::size_t) {
  not_built();
}
void deallocate(void*, void*) noexcept {}
void copy_from_host(Uploads&, void*, void const*, std::size_t) {
  not_built();
}
void copy_to_host(int, void*, void*, void const*, std::size_t) {
  not_built();
}
void fill_zero(int, void*, void*, std::size_t) {
  not_built();
}
void synchronize(int, void*) {
  not_built();
}

}  // namespace shoal::device::cuda_runtime
