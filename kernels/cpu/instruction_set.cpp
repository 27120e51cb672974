// SPDX-License-Identifier: MIT
#include "kernels/instruction_set.hpp"

namespace shoal::kernels {

InstructionSet best_instruction_set() {
  static InstructionSet const best = [] {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq")) {
      return InstructionSet::avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionSet::avx2;
    return InstructionSet::generic;
  }();
  return best;
}

char const* to_string(InstructionSet set) {
  switch (set) {
    case InstructionSet::avx512:
      return "avx512";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::generic:
      return "generic";
  }
  return "generic";
}

}  // namespace shoal::kernels
