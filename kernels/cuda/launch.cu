// SPDX-License-Identifier: MIT
#include "kernels/cuda/launch.cuh"

#include <map>
#include <mutex>

namespace shoal::kernels::cuda {

void allow_shared_memory(CudaSpace const& space, void const* kernel, std::size_t bytes, char const* name) {
  static std::mutex mutex;
  static std::map<std::pair<int, void const*>, std::size_t> allowed;
  std::scoped_lock const lock(mutex);
  auto const known = allowed.find({space.device, kernel});
  std::size_t most = known == allowed.end() ? 0 : known->second;
  if (known == allowed.end()) {
    int per_block = 0;
    check(cudaDeviceGetAttribute(&per_block, cudaDevAttrMaxSharedMemoryPerBlockOptin, space.device), name);
    cudaFuncAttributes own{};
    check(cudaFuncGetAttributes(&own, kernel), name);
    most = static_cast<std::size_t>(per_block) - own.sharedSizeBytes;
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(most)), name);
    allowed[{space.device, kernel}] = most;
  }
  if (bytes <= most) return;
  fail(ErrorCode::cuda, std::string(name) + ": a block needs " + std::to_string(bytes) +
                            " bytes of shared memory, the GPU has " + std::to_string(most) + "; use --backend cpu");
}

}  // namespace shoal::kernels::cuda
