// SPDX-License-Identifier: MIT
#include "streams.hpp"

#include <deque>
#include <map>
#include <memory>

#include "device_memory.hpp"
#include "settings.hpp"

namespace cuda_emulated {

namespace {

struct Stream {
  std::deque<std::function<void()>> work;
  long done = 0;  // pieces of work
};

// A place in a stream: after so many pieces of its work.
struct Event {
  cudaStream_t stream = nullptr;
  long after = 0;
};

// CUDA's null stream is the key nullptr.
std::map<cudaStream_t, std::unique_ptr<Stream>>& streams() {
  // Never destroyed: objects with a longer life may still destroy streams.
  static auto& all = *[] {
    auto* const first = new std::map<cudaStream_t, std::unique_ptr<Stream>>;
    (*first)[nullptr] = std::make_unique<Stream>();
    return first;
  }();
  return all;
}

std::map<cudaEvent_t, Event>& events() {
  static auto& all = *new std::map<cudaEvent_t, Event>;
  return all;
}

Stream& stream_of(cudaStream_t stream) {
  auto const found = streams().find(stream);
  if (found == streams().end()) die("a stream is used that was destroyed or never made");
  return *found->second;
}

Event& event_of(cudaEvent_t event) {
  auto const found = events().find(event);
  if (found == events().end()) die("an event is used that was destroyed or never made");
  return found->second;
}

// Does the stream's work until `target` pieces of it are done. Device memory is opened once for all of them: without
// protection keys that is a system call per allocation.
void advance(Stream& stream, long target) {
  if (stream.done >= target || stream.work.empty()) return;
  DeviceAccess const access;
  while (stream.done < target && !stream.work.empty()) {
    std::function<void()> const work = std::move(stream.work.front());
    stream.work.pop_front();
    ++stream.done;
    work();
  }
}

long end_of(Stream const& stream) {
  return stream.done + static_cast<long>(stream.work.size());
}

template <class Handle>
Handle next_handle() {
  static std::uintptr_t last = 0x5000;
  last += 16;
  return reinterpret_cast<Handle>(last);
}

}  // namespace

std::recursive_mutex& machine() {
  static auto& lock = *new std::recursive_mutex;
  return lock;
}

cudaStream_t make_stream() {
  auto const stream = next_handle<cudaStream_t>();
  streams()[stream] = std::make_unique<Stream>();
  return stream;
}

void destroy_stream(cudaStream_t stream) {
  finish(stream);
  streams().erase(stream);
}

void put(cudaStream_t stream, std::function<void()> work) {
  Stream& into = stream_of(stream);
  into.work.push_back(std::move(work));
  if (settings().streams == Streams::eager) advance(into, end_of(into));
  if (settings().streams == Streams::random) {
    for (auto& [handle, other] : streams()) {
      if (generator()() % 2 == 0) advance(*other, other->done + generator()() % 3);
    }
  }
}

void finish(cudaStream_t stream) {
  Stream& from = stream_of(stream);
  advance(from, end_of(from));
}

void finish_all() {
  for (auto& [handle, stream] : streams()) advance(*stream, end_of(*stream));
}

bool is_idle(cudaStream_t stream) {
  return stream_of(stream).work.empty();
}

bool knows_stream(cudaStream_t stream) {
  return streams().contains(stream);
}

cudaEvent_t make_event() {
  auto const event = next_handle<cudaEvent_t>();
  events()[event] = {};
  return event;
}

void destroy_event(cudaEvent_t event) {
  event_of(event);
  events().erase(event);
}

void record(cudaEvent_t event, cudaStream_t stream) {
  event_of(event) = {stream, end_of(stream_of(stream))};
}

void wait_in_stream(cudaStream_t stream, cudaEvent_t event) {
  Event const place = event_of(event);
  put(stream, [place] {
    if (knows_stream(place.stream)) advance(stream_of(place.stream), place.after);
  });
}

void finish(cudaEvent_t event) {
  Event const place = event_of(event);
  if (knows_stream(place.stream)) advance(stream_of(place.stream), place.after);
}

bool has_happened(cudaEvent_t event) {
  Event const place = event_of(event);
  return !knows_stream(place.stream) || stream_of(place.stream).done >= place.after;
}

}  // namespace cuda_emulated
