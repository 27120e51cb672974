// SPDX-License-Identifier: MIT
// Stands in for the CUDA toolkit's header in device code: the language's words, its built-in variables and functions,
// and launches. It is included before every .cu file, as nvcc does.
#pragma once

#include <cuda_runtime_api.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
// Blocks run one at a time on one thread of the host. The word must also be valid after `extern`, as static is not.
#define __shared__ thread_local

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

namespace cuda_emulated {

// Puts a kernel into its stream. `body` runs one thread of it.
cudaError_t launch(cudaLaunchConfig_t const& config, void const* kernel, std::function<void()> body);

// Ends the program: a kernel did what a GPU does not allow.
[[noreturn]] void refuse(char const* what);
// The same, because something was read or written where it is not aligned.
void refuse_misaligned(void const* place, std::size_t alignment);

// True where `place` is aligned; the compiler, which may believe that every object is, does not see the address.
inline void check_aligned(void const* place, std::size_t alignment) {
  asm volatile("" : "+r"(place));
  if (reinterpret_cast<std::uintptr_t>(place) % alignment != 0) refuse_misaligned(place, alignment);
}

// A vector type that is moved in one instruction, so that its place must be aligned.
template <class Plain, std::size_t alignment>
struct alignas(alignment) Vector : Plain {
  Vector() = default;
  Vector(Plain const& plain) : Plain(plain) {}
  Vector(Vector const& other) : Plain((check_aligned(&other, alignment), other)) { check_aligned(this, alignment); }
  Vector& operator=(Vector const& other) {
    check_aligned(&other, alignment);
    check_aligned(this, alignment);
    static_cast<Plain&>(*this) = other;
    return *this;
  }
};

struct FourFloats {
  float x, y, z, w;
};
struct TwoFloats {
  float x, y;
};
struct TwoDoubles {
  double x, y;
};

// What a warp does together: the last lane that arrives calls act(slots) with every lane's pointer (null for lanes that
// are not in `mask`), then all go on. Ends the program where lanes of the mask meet at different operations.
void warp_together(unsigned mask, void (*act)(void* const* slots), void* mine);

// A lane's value and the lane that it wants one from; a lane that is not there gives its own.
struct Shuffle {
  unsigned char value[8];
  unsigned from;
  unsigned char result[8];
};
void shuffle(unsigned mask, Shuffle& mine);
unsigned lane();
unsigned ballot(unsigned mask, bool predicate);

template <class T>
T shuffled(unsigned mask, T value, unsigned from) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  Shuffle mine{};
  std::memcpy(mine.value, &value, sizeof value);
  mine.from = from;
  shuffle(mask, mine);
  std::memcpy(&value, mine.result, sizeof value);
  return value;
}

}  // namespace cuda_emulated

using float4 = cuda_emulated::Vector<cuda_emulated::FourFloats, 16>;
using float2 = cuda_emulated::Vector<cuda_emulated::TwoFloats, 8>;
using double2 = cuda_emulated::Vector<cuda_emulated::TwoDoubles, 16>;

inline float4 make_float4(float x, float y, float z, float w) {
  return cuda_emulated::FourFloats{x, y, z, w};
}
inline float2 make_float2(float x, float y) {
  return cuda_emulated::TwoFloats{x, y};
}
inline double2 make_double2(double x, double y) {
  return cuda_emulated::TwoDoubles{x, y};
}

inline float __fmaf_rn(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
inline double __fma_rn(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}
inline int __popc(unsigned bits) {
  return __builtin_popcount(bits);
}
inline int __popcll(unsigned long long bits) {
  return __builtin_popcountll(bits);
}
inline int __ffs(int bits) {
  return __builtin_ffs(bits);
}
inline int __ffsll(long long bits) {
  return __builtin_ffsll(bits);
}
inline int __clz(int bits) {
  return bits == 0 ? 32 : __builtin_clz(static_cast<unsigned>(bits));
}
template <class T>
T __ldg(T const* place) {
  return *place;
}

// Atomics: only one thread runs at a time.
template <class T>
T atomicAdd(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, static_cast<T>(*place + value));
}
template <class T>
T atomicOr(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, static_cast<T>(*place | value));
}
template <class T>
T atomicMax(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, *place < value ? value : *place);
}

// Waits for all threads of the block.
void __syncthreads();
inline void __threadfence() {}
inline void __threadfence_block() {}

void __syncwarp(unsigned mask = 0xFFFFFFFFU);
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return cuda_emulated::ballot(mask, predicate != 0);
}
inline int __any_sync(unsigned mask, int predicate) {
  return __ballot_sync(mask, predicate) != 0;
}
inline int __all_sync(unsigned mask, int predicate) {
  return __ballot_sync(mask, predicate == 0) == 0;
}
template <class T>
T __shfl_sync(unsigned mask, T value, int from, int width = 32) {
  unsigned const first = cuda_emulated::lane() / width * width;
  return cuda_emulated::shuffled(mask, value, first + static_cast<unsigned>(from) % width);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  unsigned const lane = cuda_emulated::lane(), from = lane ^ static_cast<unsigned>(lanes);
  return cuda_emulated::shuffled(mask, value, from / width > lane / width ? lane : from);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32) {
  unsigned const lane = cuda_emulated::lane(), from = lane + by;
  return cuda_emulated::shuffled(mask, value, from / width == lane / width ? from : lane);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32) {
  unsigned const lane = cuda_emulated::lane();
  return cuda_emulated::shuffled(mask, value, lane % width >= by ? lane - by : lane);
}

template <class... Expected, class... Actual>
cudaError_t cudaLaunchKernelEx(cudaLaunchConfig_t const* config, void (*kernel)(Expected...), Actual&&... actual) {
  return cuda_emulated::launch(*config, reinterpret_cast<void const*>(kernel),
                               [kernel, values = std::tuple<std::decay_t<Expected>...>(
                                            std::forward<Actual>(actual)...)] { std::apply(kernel, values); });
}
template <class... Parameters>
cudaError_t cudaFuncSetAttribute(void (*kernel)(Parameters...), cudaFuncAttribute attribute, int value) {
  return cudaFuncSetAttribute(reinterpret_cast<void const*>(kernel), attribute, value);
}
