// SPDX-License-Identifier: MIT
// DeepLIFT's rescale rule for readouts that are not linear, host and device.
#pragma once

#include "kernels/common/along_axis_rescale.hpp"
#include "kernels/common/readout_backward.hpp"

namespace shoal::kernels {

// Whether a readout is a weighted sum, whose multipliers are its derivatives.
SHOAL_HOST_DEVICE inline bool is_linear(ReadoutKind kind) {
  return kind != ReadoutKind::max && kind != ReadoutKind::softmax && kind != ReadoutKind::softmax_tracks;
}

// The values that are pooled together: those of a track or, for softmax_tracks, those of a position.
SHOAL_HOST_DEVICE inline Row pooled_row(ReadoutShape const& shape, ReadPart const& part, std::int64_t line) {
  if (shape.kind == ReadoutKind::softmax_tracks) return {part.data + line * part.step, part.tracks, 1};
  return {part.data + line, part.positions, part.step};
}

SHOAL_HOST_DEVICE inline std::int64_t first_of(Row const& row, float value) {
  std::int64_t i = 0;
  while (i + 1 < row.count && row[i] != value) ++i;
  return i;
}

// Multipliers of one line: of its largest value, or of the mean of its values weighted with their softmax p, which is
// the sum of the products p x. A product's rule is the mean of its two orders, and p's is that of softmax_rescale.
struct LineRule {
  ExponentialPair e;
  bool is_max;
  std::int64_t own_first = 0, reference_first = 0;  // places of the largest values
  double own_share = 0.0, reference_share = 0.0;    // what they receive of the change
  double through_sum = 0.0;                         // what goes through the denominator of the softmax

  SHOAL_HOST_DEVICE LineRule(RowPair const& rows, bool of_max) : e(rows), is_max(of_max) {
    float const own = maximum_of(rows.own), reference = maximum_of(rows.reference);
    own_first = first_of(rows.own, own);
    reference_first = first_of(rows.reference, reference);
    own_share = static_cast<double>(larger(own, reference)) - static_cast<double>(reference);
    reference_share = static_cast<double>(own) - static_cast<double>(larger(own, reference));
    for (std::int64_t i = 0; i < rows.own.count; ++i) through_sum += middle(i) * 0.5 * (e.own(i) + e.reference(i));
  }

  // What multiplies p: the middle of both values, less what all have in common, since p sums to 1.
  SHOAL_HOST_DEVICE double middle(std::int64_t i) const {
    return 0.5 * (static_cast<double>(e.rows.own[i]) + static_cast<double>(e.rows.reference[i])) - e.most;
  }
  SHOAL_HOST_DEVICE double multiplier(std::int64_t i) const {
    if (is_max) {
      double const difference = e.rows.difference(i);
      if ((difference < 0.0 ? -difference : difference) < 1e-7) return 0.0;
      return ((i == own_first ? own_share : 0.0) + (i == reference_first ? reference_share : 0.0)) / difference;
    }
    double const inverse = 1.0 / e.sum, reference_inverse = 1.0 / e.reference_sum;
    double const mean_weight = 0.5 * (e.own(i) * inverse + e.reference(i) * reference_inverse);
    double const of_exponential =
        middle(i) * 0.5 * (inverse + reference_inverse) - through_sum * inverse * reference_inverse;
    return mean_weight + of_exponential * e.slope(i);
  }
};

}  // namespace shoal::kernels
