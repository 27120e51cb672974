// SPDX-License-Identifier: MIT
// Arithmetic of the readouts of one sequence's profile, used by both spaces.
#pragma once

#include "kernels/common/activation.hpp"
#include "kernels/common/maximum.hpp"
#include "kernels/forward/readout.hpp"

namespace shoal::kernels {

// One sequence's value as a readout sees it: positions counted from the first one that is read, in its direction.
struct ReadPart {
  float const* data = nullptr;  // where the first track of the first position lies
  std::int64_t step = 0;        // floats from one position to the next; negative where mirrored
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

// The softmax-weighted mean minus the plain mean over the positions of the tracks [first, last), which are pooled.
SHOAL_HOST_DEVICE inline double centred_softmax(ReadPart const& part, std::int64_t first, std::int64_t last) {
  float largest = largest_position(part, first);
  for (std::int64_t c = first + 1; c < last; ++c) largest = larger(largest, largest_position(part, c));
  double weights = 0.0, weighted = 0.0, sum = 0.0;
  for (std::int64_t c = first; c < last; ++c) {
    for (std::int64_t t = 0; t < part.positions; ++t) {
      // The mean is computed of differences, which a large constant in a profile does not make inexact.
      double const x = static_cast<double>(part.at(t, c)) - static_cast<double>(largest);
      double const weight = weight_of(part.at(t, c), largest);
      weights += weight;
      weighted += weight * x;
      sum += x;
    }
  }
  return weighted / weights - sum / static_cast<double>((last - first) * part.positions);
}

SHOAL_HOST_DEVICE inline double weighted_track(ReadPart const& part, float const* weights, std::int64_t track) {
  double sum = 0.0;
  for (std::int64_t t = 0; t < part.positions; ++t) {
    sum += static_cast<double>(weights[track * part.positions + t]) * static_cast<double>(part.at(t, track));
  }
  return sum;
}

SHOAL_HOST_DEVICE inline double sum_of_position(ReadPart const& part, std::int64_t position) {
  double sum = 0.0;
  for (std::int64_t c = 0; c < part.tracks; ++c) sum += static_cast<double>(part.at(position, c));
  return sum;
}

// r of every kind except `profile`.
SHOAL_HOST_DEVICE inline double read_number(ReadoutShape const& shape, ReadPart const& part) {
  ReadoutKind const kind = shape.kind;
  if (kind == ReadoutKind::centred_joint) return centred_softmax(part, 0, part.tracks);
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
    } else if (kind == ReadoutKind::centred) {
      sum += centred_softmax(part, c, c + 1);
    } else if (kind == ReadoutKind::weighted) {
      sum += weighted_track(part, shape.weights, c);
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
