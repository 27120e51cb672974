// SPDX-License-Identifier: MIT
// A profile made into one number per sequence, or into one row of numbers.
#pragma once

#include <cstdint>

#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// r of tracks c and positions t (x the value of one sequence; sums in double precision, track by track, positions
// rising, falling where mirrored). Exponentials are float32 (kernels/common/activation.hpp).
enum class ReadoutKind {
  sum,             // sum over c and t of x[t, c]
  mean,            // sum over c of the mean over t of x[t, c]
  max,             // sum over c of the maximum over t of x[t, c]
  softmax,         // sum over c and t of p x[t, c], p = softmax over the positions t of x[t, c]
  softmax_tracks,  // sum over c and t of p x[t, c], p = softmax over the tracks c of x[t, c]
  centred,         // sum over c and t of p (x[t, c] - the mean over t), p = softmax over the positions t of x[t, c]
  centred_joint,   // the same, softmax and mean over all t and c
  weighted,        // sum over c and t of w[c, t] x[t, c], w of ReadoutShape
  profile,         // no number: for every t the sum over c of x[t, c]
};

// Which part of a value [positions, channels] is read, and how.
struct ReadoutShape {
  ReadoutKind kind = ReadoutKind::sum;
  std::int64_t first_position = 0;
  std::int64_t positions = 1;
  std::int64_t first_track = 0;
  std::int64_t tracks = 1;
  // True: position t stands for input.positions - 1 - t, as in the value of a reverse complement.
  bool mirrored = false;
  // Weights of the kind `weighted`: w [tracks, positions] in the space's memory, the same for every sequence.
  float const* weights = nullptr;

  std::int64_t columns() const { return kind == ReadoutKind::profile ? positions : 1; }
};

// columns[s * stride + j] = weight * r, or float32(columns[…] + weight * r) where `accumulate`. For the kind `profile`
// j counts the positions; otherwise it is 0. Both spaces give the same bits.
void read_out(CpuSpace const& space, ConstValues input, ReadoutShape const& shape, double weight, bool accumulate,
              float* columns, std::int64_t stride);
void read_out(CudaSpace const& space, ConstValues input, ReadoutShape const& shape, double weight, bool accumulate,
              float* columns, std::int64_t stride);

}  // namespace shoal::kernels
