// SPDX-License-Identifier: MIT
// One element of a readout backwards, host and device.
#pragma once

#include "kernels/common/readout.hpp"

namespace shoal::kernels {

// The values that are pooled together with (t, c): its track, or for softmax_tracks its position.
struct ReadLine {
  ReadPart part;
  bool is_position = false;
  std::int64_t fixed = 0;

  SHOAL_HOST_DEVICE std::int64_t count() const { return is_position ? part.tracks : part.positions; }
  SHOAL_HOST_DEVICE float at(std::int64_t i) const { return is_position ? part.at(fixed, i) : part.at(i, fixed); }
};

SHOAL_HOST_DEVICE inline float largest_of(ReadLine const& line) {
  float largest = line.at(0);
  for (std::int64_t i = 1; i < line.count(); ++i) largest = larger(largest, line.at(i));
  return largest;
}

// p minus 1 / the number of values in the tracks [first, last), over all of which p, that of `x`, is a softmax.
SHOAL_HOST_DEVICE inline double centred_weight(ReadPart const& part, std::int64_t first, std::int64_t last, float x) {
  float largest = largest_position(part, first);
  for (std::int64_t c = first + 1; c < last; ++c) largest = larger(largest, largest_position(part, c));
  double weights = 0.0;
  for (std::int64_t c = first; c < last; ++c) {
    for (std::int64_t t = 0; t < part.positions; ++t) weights += weight_of(part.at(t, c), largest);
  }
  return weight_of(x, largest) / weights - 1.0 / static_cast<double>((last - first) * part.positions);
}

// d r / d x[t, c].
SHOAL_HOST_DEVICE inline double readout_slope(ReadoutShape const& shape, ReadPart const& part, std::int64_t t,
                                              std::int64_t c) {
  ReadoutKind const kind = shape.kind;
  if (kind == ReadoutKind::sum) return 1.0;
  if (kind == ReadoutKind::mean) return 1.0 / static_cast<double>(part.positions);
  if (kind == ReadoutKind::weighted) return static_cast<double>(shape.weights[c * part.positions + t]);
  if (kind == ReadoutKind::centred) return centred_weight(part, c, c + 1, part.at(t, c));
  if (kind == ReadoutKind::centred_joint) return centred_weight(part, 0, part.tracks, part.at(t, c));
  bool const is_position = kind == ReadoutKind::softmax_tracks;
  ReadLine const line{part, is_position, is_position ? t : c};
  float const x = part.at(t, c);
  float const largest = largest_of(line);
  if (kind == ReadoutKind::max) {
    if (x != largest) return 0.0;
    std::int64_t equals = 0;
    for (std::int64_t i = 0; i < line.count(); ++i) equals += line.at(i) == largest ? 1 : 0;
    return 1.0 / static_cast<double>(equals);
  }
  double weights = 0.0, sum = 0.0;
  for (std::int64_t i = 0; i < line.count(); ++i) {
    double const weight = weight_of(line.at(i), largest);
    weights += weight;
    sum += weight * static_cast<double>(line.at(i));
  }
  return weight_of(x, largest) / weights * (1.0 + static_cast<double>(x) - sum / weights);
}

}  // namespace shoal::kernels
