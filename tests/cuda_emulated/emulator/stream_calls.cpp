// SPDX-License-Identifier: MIT
// The CUDA runtime's calls of streams and events.
#include <mutex>

#include "pools.hpp"
#include "state.hpp"
#include "streams.hpp"

using namespace cuda_emulated;

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  std::scoped_lock const lock(machine());
  *stream = make_stream();
  return returned(cudaSuccess);
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  destroy_stream(stream);
  return returned(cudaSuccess);
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  if (cudaError_t const failure = failure_of(Call::wait)) return returned(failure);
  ++counted().waits;
  finish(stream);
  release_unused();
  return returned(cudaSuccess);
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  return returned(is_idle(stream) ? cudaSuccess : cudaErrorNotReady);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  std::scoped_lock const lock(machine());
  wait_in_stream(stream, event);
  return returned(cudaSuccess);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  std::scoped_lock const lock(machine());
  *event = make_event();
  return returned(cudaSuccess);
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, 0);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  std::scoped_lock const lock(machine());
  destroy_event(event);
  return returned(cudaSuccess);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  record(event, stream);
  return returned(cudaSuccess);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  std::scoped_lock const lock(machine());
  if (cudaError_t const failure = failure_of(Call::wait)) return returned(failure);
  // An event that has happened makes nobody wait.
  if (!has_happened(event)) ++counted().waits;
  finish(event);
  return returned(cudaSuccess);
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  std::scoped_lock const lock(machine());
  return returned(has_happened(event) ? cudaSuccess : cudaErrorNotReady);
}
}
