// SPDX-License-Identifier: MIT
// What the stand-ins of cuBLAS and cuSOLVER share: handles and their streams.
#pragma once

#include <cuda_runtime_api.h>

#include <functional>
#include <string>

namespace cuda_emulated {

// What a handle of a library is. Its calls end the process where the handle's stream was destroyed.
struct Library {
  std::string name;
  cudaStream_t stream = nullptr;
  bool scalars_on_device = false;

  void choose(cudaStream_t other);
  // Puts a call into the stream.
  void run(std::function<void()> call) const;
  // Waits for the stream.
  void finish() const;
  // Reads a factor: now where it is on the host, else when the call runs.
  template <class T>
  std::function<T()> scalar(T const* place) const {
    if (scalars_on_device) return [place] { return *place; };
    return [value = *place] { return value; };
  }
};

Library* make_library(std::string name);
// Ends the process where `handle` is none.
Library& library_of(void* handle);
// Ends the process where the handle's stream is gone.
void destroy_library(void* handle);

// Fills a workspace with NaN. Ends the process where it is not one allocation of so many bytes.
void spoil(void* workspace, std::size_t bytes);

}  // namespace cuda_emulated
