// SPDX-License-Identifier: MIT
// The calls of cuBLAS and cuSOLVER that Shoal makes. Both libraries are loaded by the first call and not before: they
// would take a program that needs no device a sixth of a second and 200 MB.
#pragma once

#include <cublas_v2.h>
#include <cusolverDn.h>

#include <atomic>
#include <string>
#include <string_view>

namespace shoal::linalg {

enum class CudaLibrary { cublas, cusolver };

// Loads a shared library, called `name` in messages: through LD_LIBRARY_PATH and the linker's folders, from a folder of
// SHOAL_CUDA_LIBRARIES (separated by colons), from the toolkit of the build, or from /usr/local/cuda/lib64. Returns
// dlopen's handle. Errors: cuda, saying what to do.
void* open_library(std::string_view name, std::string const& file);

// The address of a library's function: of the process itself if it has that function, else of the library, which is
// loaded. Errors: cuda.
void* find_function(CudaLibrary library, char const* name);

template <class Function>
class LibraryCall;

template <class Result, class... Parameters>
class LibraryCall<Result(Parameters...)> {
 public:
  constexpr LibraryCall(CudaLibrary library, char const* name) : library_(library), name_(name) {}

  Result operator()(Parameters... parameters) const {
    auto* function = found_.load(std::memory_order_relaxed);
    if (function == nullptr) {
      function = reinterpret_cast<Result (*)(Parameters...)>(find_function(library_, name_));
      found_.store(function, std::memory_order_relaxed);
    }
    return function(parameters...);
  }

  // Finds the function without a call. Errors: cuda.
  void find() const { static_cast<void>(find_function(library_, name_)); }

 private:
  CudaLibrary library_;
  char const* name_;
  mutable std::atomic<Result (*)(Parameters...)> found_{nullptr};
};

// By the names of the toolkit, some of which are macros of the libraries' own names.
namespace cublas {
inline constinit LibraryCall<decltype(cublasCreate)> const create{CudaLibrary::cublas, "cublasCreate_v2"};
inline constinit LibraryCall<decltype(cublasDestroy)> const destroy{CudaLibrary::cublas, "cublasDestroy_v2"};
inline constinit LibraryCall<decltype(cublasSetStream)> const set_stream{CudaLibrary::cublas, "cublasSetStream_v2"};
inline constinit LibraryCall<decltype(cublasGetStatusString)> const status_string{CudaLibrary::cublas,
                                                                                  "cublasGetStatusString"};
inline constinit LibraryCall<decltype(cublasGetProperty)> const property{CudaLibrary::cublas, "cublasGetProperty"};
inline constinit LibraryCall<decltype(cublasDcopy)> const dcopy{CudaLibrary::cublas, "cublasDcopy_v2"};
inline constinit LibraryCall<decltype(cublasDdgmm)> const ddgmm{CudaLibrary::cublas, "cublasDdgmm"};
inline constinit LibraryCall<decltype(cublasDsyrk)> const dsyrk{CudaLibrary::cublas, "cublasDsyrk_v2"};
}  // namespace cublas

namespace cusolver {
inline constinit LibraryCall<decltype(cusolverDnCreate)> const create{CudaLibrary::cusolver, "cusolverDnCreate"};
inline constinit LibraryCall<decltype(cusolverDnDestroy)> const destroy{CudaLibrary::cusolver, "cusolverDnDestroy"};
inline constinit LibraryCall<decltype(cusolverDnSetStream)> const set_stream{CudaLibrary::cusolver,
                                                                             "cusolverDnSetStream"};
inline constinit LibraryCall<decltype(cusolverGetProperty)> const property{CudaLibrary::cusolver,
                                                                           "cusolverGetProperty"};
inline constinit LibraryCall<decltype(cusolverDnDpotrf_bufferSize)> const dpotrf_size{CudaLibrary::cusolver,
                                                                                      "cusolverDnDpotrf_bufferSize"};
inline constinit LibraryCall<decltype(cusolverDnDpotrf)> const dpotrf{CudaLibrary::cusolver, "cusolverDnDpotrf"};
inline constinit LibraryCall<decltype(cusolverDnDpotrs)> const dpotrs{CudaLibrary::cusolver, "cusolverDnDpotrs"};
inline constinit LibraryCall<decltype(cusolverDnXtrtri_bufferSize)> const xtrtri_size{CudaLibrary::cusolver,
                                                                                      "cusolverDnXtrtri_bufferSize"};
inline constinit LibraryCall<decltype(cusolverDnXtrtri)> const xtrtri{CudaLibrary::cusolver, "cusolverDnXtrtri"};
inline constinit LibraryCall<decltype(cusolverDnDsyevd_bufferSize)> const dsyevd_size{CudaLibrary::cusolver,
                                                                                      "cusolverDnDsyevd_bufferSize"};
inline constinit LibraryCall<decltype(cusolverDnDsyevd)> const dsyevd{CudaLibrary::cusolver, "cusolverDnDsyevd"};
}  // namespace cusolver

}  // namespace shoal::linalg
