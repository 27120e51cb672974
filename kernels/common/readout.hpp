// SPDX-License-Identifier: MIT
// Arithmetic of the readouts of one sequence's profile, used by both spaces.
#pragma once

#include "kernels/common/activation.hpp"
#include "kernels/common/maximum.hpp"
#include "kernels/readout.hpp"

namespace shoal::kernels {

// One sequence's value as a readout sees it: positions counted from the first one that is read, in its direction.
struct ReadPart {
  float const* data = nullptr;  // of the first position's first track
  std::int64_t step = 0;        // floats to the next position; negative where mirrored
  std::int64_t positions = 0;
  std::int64_t tracks = 0;

  SHOAL_HOST_DEVICE float at(std::int64_t position, std::int64_t track) const { return data[position * step + track]; }
};

SHOAL_HOST_DEVICE inline ReadPart read_part(ConstValues const& input, ReadoutShape const& shape,
                                            std::int64_t sequence) {
  std::int64_t const first = shape.mirrored ? input.positions - 1 - shape.first_position : shape.first_position;
  return {input.data + sequence * input.stride + first * input.channels + shape.first_track,
          shape.mirrored ? -input.channels : input.channels, shape.positions, shape.tracks};
}

SHOAL_HOST_DEVICE inline double weight_of(float x, float largest) {
  return static_cast<double>(exponential<ScalarMath>(x - largest));
}

SHOAL_HOST_DEVICE inline float largest_position(ReadPart const& part, std::int64_t track) {
  float largest = part.at(0, track);
  for (std::int64_t t = 1; t < part.positions; ++t) largest = larger(largest, part.at(t, track));
  return largest;
}

SHOAL_HOST_DEVICE inline double sum_of_track(ReadPart const& part, std::int64_t track) {
  double sum = 0.0;
  for (std::int64_t t = 0; t < part.positions; ++t) sum += static_cast<double>(part.at(t, track));
  return sum;
}

SHOAL_HOST_DEVICE inline double softmax_of_track(ReadPart const& part, std::int64_t track) {
  float const largest = largest_position(part, track);
  double weights = 0.0, sum = 0.0;
  for (std::int64_t t = 0; t < part.positions; ++t) {
    double const weight = weight_of(part.at(t, track), largest);
    weights += weight;
    sum += weight * static_cast<double>(part.at(t, track));
  }
  return sum / weights;
}

SHOAL_HOST_DEVICE inline double softmax_of_position(ReadPart const& part, std::int64_t position) {
  float largest = part.at(position, 0);
  for (std::int64_t c = 1; c < part.tracks; ++c) largest = larger(largest, part.at(position, c));
  double weights = 0.0, sum = 0.0;
  for (std::int64_t c = 0; c < part.tracks; ++c) {
    double const weight = weight_of(part.at(position, c), largest);
    weights += weight;
    sum += weight * static_cast<double>(part.at(position, c));
  }
  return sum / weights;
}

SHOAL_HOST_DEVICE inline double sum_of_position(ReadPart const& part, std::int64_t position) {
  double sum = 0.0;
  for (std::int64_t c = 0; c < part.tracks; ++c) sum += static_cast<double>(part.at(position, c));
  return sum;
}

// r of every kind but `profile`.
SHOAL_HOST_DEVICE inline double read_number(ReadoutKind kind, ReadPart const& part) {
  double sum = 0.0;
  if (kind == ReadoutKind::softmax_tracks) {
    for (std::int64_t t = 0; t < part.positions; ++t) sum += softmax_of_position(part, t);
    return sum;
  }
  for (std::int64_t c = 0; c < part.tracks; ++c) {
    if (kind == ReadoutKind::max) {
      sum += static_cast<double>(largest_position(part, c));
    } else if (kind == ReadoutKind::softmax) {
      sum += softmax_of_track(part, c);
    } else if (kind == ReadoutKind::mean) {
      sum += sum_of_track(part, c) / static_cast<double>(part.positions);
    } else {
      sum += sum_of_track(part, c);
    }
  }
  return sum;
}

SHOAL_HOST_DEVICE inline float accumulated(double weight, double value, bool accumulate, float before) {
  double const term = weight * value;
  return static_cast<float>(accumulate ? static_cast<double>(before) + term : term);
}

}  // namespace shoal::kernels
