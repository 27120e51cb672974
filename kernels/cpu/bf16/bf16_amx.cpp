// SPDX-License-Identifier: MIT
#if defined(__x86_64__)
#include "kernels/cpu/vector/lanes_avx512.hpp"
// The loops are written for the Lanes above.
#include "kernels/cpu/bf16/amx_tiles.hpp"
#include "kernels/cpu/bf16/bf16_split.hpp"

namespace shoal::kernels {
namespace {

// In assembly: the intrinsics of GCC 12 do not tell the compiler which memory they read and write.
struct AmxTiles {
  struct Use {
    Use() {
      struct alignas(64) {
        std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
        std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
        std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
      } const configuration;
      static_assert(sizeof configuration == 64);
      __asm__ volatile("ldtilecfg %0" : : "m"(configuration));
    }
    ~Use() { __asm__ volatile("tilerelease"); }
    Use(Use const&) = delete;
    Use& operator=(Use const&) = delete;
  };
  template <int tile>
  static void load(void const* from, std::int64_t bytes) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(bytes), "i"(tile) : "memory");
  }
  template <int tile>
  static void store(float* to, std::int64_t bytes) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(bytes), "i"(tile) : "memory");
  }
  template <int sum, int a, int b>
  static void add_product() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(sum), "i"(a), "i"(b));
  }
};

}  // namespace

Bf16Kernels const amx_bf16_kernels = {Bf16Set::amx_bf16, tile_depth, block_rows, split, multiply_in_tiles<AmxTiles>};

}  // namespace shoal::kernels
#endif
