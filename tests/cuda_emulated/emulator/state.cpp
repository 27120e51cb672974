// SPDX-License-Identifier: MIT
#include "state.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>

#include "settings.hpp"
#include "streams.hpp"

namespace cuda_emulated {

namespace {

struct Failure {
  int left = 0;
  cudaError_t error = cudaSuccess;
  bool sticky = false;
};

std::map<Call, Failure>& failures() {
  static auto& all = *new std::map<Call, Failure>;
  return all;
}

cudaError_t sticky = cudaSuccess;
thread_local cudaError_t last_error = cudaSuccess;

// SHOAL_EMULATED_FAULT=allocate:5 or launch:7:719: the n-th call fails; 700 and above are sticky.
void read_fault() {
  std::string const& text = settings().fault;
  if (text.empty()) return;
  std::size_t const first = text.find(':');
  if (first == std::string::npos) die("SHOAL_EMULATED_FAULT=" + text + " is not CALL:N[:ERROR]");
  std::size_t const second = text.find(':', first + 1);
  std::map<std::string, Call> const names = {{"allocate", Call::allocate},
                                             {"launch", Call::launch},
                                             {"copy", Call::copy},
                                             {"wait", Call::wait},
                                             {"set_device", Call::set_device}};
  auto const call = names.find(text.substr(0, first));
  if (call == names.end()) die("SHOAL_EMULATED_FAULT: no call " + text);
  int const error = second == std::string::npos ? cudaErrorMemoryAllocation : std::atoi(text.c_str() + second + 1);
  fail_call(call->second, std::atoi(text.c_str() + first + 1), static_cast<cudaError_t>(error), error >= 700);
}

void report() {
  Counts const& all = counted();
  std::fprintf(stderr,
               "emulated GPU: %ld launches, %ld allocations, %ld frees, %ld of the pool, which grew %ld times, %ld "
               "copies to the "
               "device (%zu bytes), %ld to the host (%zu bytes), %ld waits, %ld solver calls\n",
               all.launches, all.allocations, all.frees, all.pool_allocations, all.pool_growths, all.to_device,
               all.bytes_to_device, all.to_host, all.bytes_to_host, all.waits, all.solver_calls);
  for (auto const& [kernel, launches] : launches_by_kernel()) {
    std::fprintf(stderr, "emulated GPU: %6ld %s\n", launches, kernel.c_str());
  }
}

Machine machine_of_environment() {
  Settings const& given = settings();
  int const driver = given.old_driver ? 12080 : given.devices > 0 ? runtime_version : 0;
  return {given.devices, given.capability, driver};
}

}  // namespace

Machine& the_machine() {
  static Machine all = [] {
    read_fault();
    if (settings().report) std::atexit(report);
    return machine_of_environment();
  }();
  return all;
}

Counts& counted() {
  static Counts all;
  return all;
}

cudaError_t returned(cudaError_t error) {
  if (sticky != cudaSuccess) error = sticky;
  if (error != cudaSuccess && error != cudaErrorNotReady) last_error = error;
  return error;
}

cudaError_t failure_of(Call call) {
  the_machine();
  if (sticky != cudaSuccess) return sticky;
  auto const found = failures().find(call);
  if (found == failures().end() || --found->second.left > 0) return cudaSuccess;
  Failure const failure = found->second;
  failures().erase(found);
  if (failure.sticky) sticky = failure.error;
  return failure.error;
}

cudaError_t take_last_error() {
  cudaError_t const error = sticky != cudaSuccess ? sticky : last_error;
  last_error = cudaSuccess;
  return error;
}

cudaError_t peek_last_error() {
  return sticky != cudaSuccess ? sticky : last_error;
}

int& current_device() {
  thread_local int device = 0;
  return device;
}

Counts counts() {
  std::scoped_lock const lock(machine());
  return counted();
}

void fail_call(Call call, int n, cudaError_t error, bool is_sticky) {
  std::scoped_lock const lock(machine());
  failures()[call] = {n, error, is_sticky};
}

void forget_failures() {
  std::scoped_lock const lock(machine());
  failures().clear();
  sticky = cudaSuccess;
  last_error = cudaSuccess;
}

void occupy_elsewhere(std::size_t bytes) {
  std::scoped_lock const lock(machine());
  the_machine().elsewhere = bytes;
}

void pretend(int devices, int capability, int driver_version) {
  std::scoped_lock const lock(machine());
  the_machine() = {devices, capability, driver_version};
}

void pretend_no_more() {
  std::scoped_lock const lock(machine());
  the_machine() = machine_of_environment();
}

void enqueue(cudaStream_t stream, std::function<void()> work) {
  std::scoped_lock const lock(machine());
  put(stream, std::move(work));
}

void count_solver_call() {
  ++counted().solver_calls;
}

void count_handle(int by) {
  counted().handles += by;
}

bool is_stream(cudaStream_t stream) {
  std::scoped_lock const lock(machine());
  return knows_stream(stream);
}

}  // namespace cuda_emulated
