// SPDX-License-Identifier: MIT
// Streams: work that is done late. One lock holds the whole emulated machine.
#pragma once

#include <cuda_runtime_api.h>

#include <functional>
#include <mutex>

namespace cuda_emulated {

std::recursive_mutex& machine();

// All of these with machine() locked. They end the process where `stream` or `event` is none.
cudaStream_t make_stream();
void destroy_stream(cudaStream_t stream);
void put(cudaStream_t stream, std::function<void()> work);
void finish(cudaStream_t stream);
void finish_all();
bool is_idle(cudaStream_t stream);
bool knows_stream(cudaStream_t stream);

cudaEvent_t make_event();
void destroy_event(cudaEvent_t event);
void record(cudaEvent_t event, cudaStream_t stream);
void wait_in_stream(cudaStream_t stream, cudaEvent_t event);
void finish(cudaEvent_t event);
bool has_happened(cudaEvent_t event);

}  // namespace cuda_emulated
