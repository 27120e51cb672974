// SPDX-License-Identifier: MIT
// One layer's value for several sequences, channels last.
#pragma once

#include <cstdint>
#include <type_traits>

namespace shoal::kernels {

// Element (sequence s, position t, channel c) is data[s * stride + t * channels + c], stride >= positions * channels.
// The positions of one sequence are contiguous, so [positions, channels] may be read as one flat row. `margin` rows
// before position 0 and after the last one belong to the memory of this value. On the CPU every kernel that writes a
// value fills its margin with zeros, so that a "same" convolution reads its padding instead of testing for it; CUDA
// kernels test positions and neither read nor write the margin.
template <class T>
struct SequenceValues {
  T* data = nullptr;
  std::int64_t sequences = 0;
  std::int64_t positions = 1;
  std::int64_t channels = 0;
  std::int64_t stride = 0;
  std::int64_t margin = 0;

  template <class Read>
  requires(std::is_same_v<Read, T const> && !std::is_const_v<T>) operator SequenceValues<Read>() const {
    return {data, sequences, positions, channels, stride, margin};
  }
};

using ConstValues = SequenceValues<float const>;
using MutableValues = SequenceValues<float>;

}  // namespace shoal::kernels
