// SPDX-License-Identifier: MIT
#include "kernels/precision.hpp"

namespace shoal::kernels {

char const* to_string(Precision precision) {
  switch (precision) {
    case Precision::f32:
      return "f32";
    case Precision::tf32:
      return "tf32";
    case Precision::bf16x3:
      return "bf16x3";
    case Precision::bf16:
      return "bf16";
  }
  return "f32";
}

std::optional<Precision> parse_precision(std::string_view text) {
  for (Precision const each : {Precision::f32, Precision::tf32, Precision::bf16x3, Precision::bf16}) {
    if (text == to_string(each)) return each;
  }
  return std::nullopt;
}

bool has_precision(CpuSpace const&, Precision precision) {
  return precision != Precision::tf32;
}

bool has_precision(CudaSpace const&, Precision) {
  return true;
}

}  // namespace shoal::kernels
