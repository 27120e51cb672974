// SPDX-License-Identifier: MIT
#include "kernels/cpu/bf16/bf16_kernels.hpp"

#include "kernels/precision.hpp"

#include <initializer_list>

#if defined(__x86_64__)
#include <asm/prctl.h>
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace shoal::kernels {

namespace {

#if defined(__x86_64__)
// Tiles are state that the operating system must save (bits 17 and 18 of XCR0) and grants a process on request.
bool may_use_tiles() {
  constexpr unsigned amx_bf16 = 1U << 22, amx_tile = 1U << 24, os_saves_state = 1U << 27;
  constexpr unsigned tile_state = 3U << 17;
  constexpr long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & os_saves_state) == 0) return false;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & amx_bf16) == 0 || (d & amx_tile) == 0) return false;
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & tile_state) != tile_state) return false;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#endif

Bf16Set best_set() {
  for (Bf16Set const set : {Bf16Set::amx_bf16, Bf16Set::avx512_bf16, Bf16Set::avx512, Bf16Set::avx2}) {
    if (has_bf16_set(set)) return set;
  }
  return Bf16Set::generic;
}

}  // namespace

bool has_bf16_set(Bf16Set set) {
  if (set == Bf16Set::generic) return true;
#if defined(__x86_64__)
  InstructionSet const best = best_instruction_set();
  if (set == Bf16Set::avx2) return best != InstructionSet::generic;
  if (best != InstructionSet::avx512) return false;
  if (set == Bf16Set::avx512) return true;
  if (set == Bf16Set::avx512_bf16) return __builtin_cpu_supports("avx512bf16") != 0;
  static bool const has_tiles = may_use_tiles();
  return has_tiles;
#else
  return false;
#endif
}

Bf16Kernels const& bf16_kernels(Bf16Set set) {
#if defined(__x86_64__)
  if (set == Bf16Set::amx_bf16) return amx_bf16_kernels;
  if (set == Bf16Set::avx512_bf16) return avx512_bf16_kernels;
  if (set == Bf16Set::avx512) return avx512_bf16_emulating_kernels;
  if (set == Bf16Set::avx2) return avx2_bf16_kernels;
#else
  static_cast<void>(set);
#endif
  return generic_bf16_kernels;
}

Bf16Kernels const& bf16_kernels() {
  static Bf16Kernels const& best = bf16_kernels(best_set());
  return best;
}

char const* bf16_order() {
  return bf16_kernels().set == Bf16Set::amx_bf16 ? "amx" : "chain";
}

}  // namespace shoal::kernels
