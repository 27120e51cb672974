// SPDX-License-Identifier: MIT
#include "linalg/library_calls_cuda.hpp"

#include <dlfcn.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace shoal::linalg {

namespace {

struct Loaded {
  char const* name;
  std::string file;
  void* handle = nullptr;
};

// A library's major version is part of its file's name.
Loaded& loaded(CudaLibrary library) {
  static std::array<Loaded, 2> all = {
      Loaded{"cuBLAS", fmt::format("libcublas.so.{}", CUBLAS_VER_MAJOR)},
      Loaded{"cuSOLVER", fmt::format("libcusolver.so.{}", CUSOLVER_VER_MAJOR)},
  };
  return all[static_cast<std::size_t>(library)];
}

// Folders to look in after the linker's own, which the empty one stands for. NVIDIA's libraries find each other beside
// themselves.
std::vector<std::string> folders() {
  std::vector<std::string> all = {""};
  char const* const named = std::getenv("SHOAL_CUDA_LIBRARIES");
  std::string left = named == nullptr ? "" : named;
  while (!left.empty()) {
    std::size_t const end = std::min(left.find(':'), left.size());
    if (end > 0) all.push_back(left.substr(0, end) + "/");
    left.erase(0, end + 1);
  }
#if defined(SHOAL_CUDA_LIBRARY_FOLDER)
  all.emplace_back(SHOAL_CUDA_LIBRARY_FOLDER "/");
#endif
  all.emplace_back("/usr/local/cuda/lib64/");
  return all;
}

void* handle_of(CudaLibrary library) {
  static std::mutex mutex;
  std::scoped_lock const lock(mutex);
  Loaded& known = loaded(library);
  if (known.handle == nullptr) known.handle = open_library(known.name, known.file);
  return known.handle;
}

}  // namespace

void* open_library(std::string_view name, std::string const& file) {
  std::string problem;
  for (std::string const& folder : folders()) {
    if (void* const handle = dlopen((folder + file).c_str(), RTLD_NOW | RTLD_LOCAL); handle != nullptr) return handle;
    if (problem.empty()) problem = dlerror();
  }
  fail(ErrorCode::cuda,
       fmt::format("a GPU needs {}, and {} cannot be loaded ({}): install it from CUDA {}, name its folder in "
                   "SHOAL_CUDA_LIBRARIES, or use --backend cpu",
                   name, file, problem, CUDART_VERSION / 1000));
}

void* find_function(CudaLibrary library, char const* name) {
  if (void* const present = dlsym(RTLD_DEFAULT, name); present != nullptr) return present;
  void* const function = dlsym(handle_of(library), name);
  if (function == nullptr) {
    fail(ErrorCode::cuda, fmt::format("{} has no function {}", loaded(library).file, name));
  }
  return function;
}

}  // namespace shoal::linalg
