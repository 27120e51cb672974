// SPDX-License-Identifier: MIT
// The two places where a kernel can run. Every kernel family has two overloads that differ in this first argument.
#pragma once

namespace shoal::kernels {

// Loops on the host with this many OpenMP threads. The number of threads never changes a result.
struct CpuSpace {
  int threads = 1;
};

// What libraries keep for one stream: device/stream_state.hpp.
struct StreamState;

// A stream of one CUDA device. Launchers return before the work ends; the stream orders the work.
struct CudaSpace {
  int device = 0;
  void* stream = nullptr;  // a cudaStream_t, opaque so that host code needs no CUDA header
  // What libraries keep for this stream; its owner is the device::Backend. Null where none is needed.
  StreamState* state = nullptr;
};

}  // namespace shoal::kernels
