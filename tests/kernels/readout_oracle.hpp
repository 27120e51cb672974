// SPDX-License-Identifier: MIT
// Readouts in double precision, straight from the definitions in kernels/forward/readout.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/forward/readout.hpp"

namespace shoal::test {

inline constexpr kernels::ReadoutKind every_number[] = {
    kernels::ReadoutKind::sum,      kernels::ReadoutKind::mean,           kernels::ReadoutKind::max,
    kernels::ReadoutKind::softmax,  kernels::ReadoutKind::softmax_tracks, kernels::ReadoutKind::centred,
    kernels::ReadoutKind::weighted, kernels::ReadoutKind::centred_joint};

// The part of one sequence's value that is read: x[t][c].
using ReadValues = std::vector<std::vector<double>>;

// Place, in one sequence's value [positions, channels], of the part's position t and track c.
inline std::int64_t place_of(kernels::ReadoutShape const& shape, std::int64_t positions, std::int64_t channels,
                             std::int64_t t, std::int64_t c) {
  std::int64_t const position = shape.first_position + t;
  return (shape.mirrored ? positions - 1 - position : position) * channels + shape.first_track + c;
}

template <class T>
ReadValues read_values(kernels::ReadoutShape const& shape, std::int64_t positions, std::int64_t channels,
                       std::vector<T> const& x) {
  ReadValues values(shape.positions);
  for (std::int64_t t = 0; t < shape.positions; ++t) {
    for (std::int64_t c = 0; c < shape.tracks; ++c) values[t].push_back(x[place_of(shape, positions, channels, t, c)]);
  }
  return values;
}

// Shares e^x / sum of e^x.
inline std::vector<double> shares_of(std::vector<double> const& x) {
  double const most = *std::max_element(x.begin(), x.end());
  double sum = 0.0;
  std::vector<double> shares;
  for (double const each : x) sum += std::exp(each - most);
  for (double const each : x) shares.push_back(std::exp(each - most) / sum);
  return shares;
}

// The sum of shares times x less `centre`, the shares being those of `of`.
inline double shared_sum(std::vector<double> const& of, std::vector<double> const& x, double centre = 0.0) {
  std::vector<double> const shares = shares_of(of);
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += shares[i] * (x[i] - centre);
  return sum;
}

inline double mean_of(std::vector<double> const& x) {
  double sum = 0.0;
  for (double const each : x) sum += each / static_cast<double>(x.size());
  return sum;
}

// r of the values `x`; the p of the centred kinds is made of `held`, which is x itself unless p is a constant.
inline double readout_oracle(kernels::ReadoutKind kind, ReadValues const& x, std::vector<float> const& weights,
                             ReadValues const& held) {
  using kernels::ReadoutKind;
  std::size_t const positions = x.size(), tracks = x[0].size();
  double sum = 0.0;
  std::vector<double> all, all_held;
  for (std::size_t t = 0; t < positions && kind == ReadoutKind::softmax_tracks; ++t) sum += shared_sum(x[t], x[t]);
  for (std::size_t c = 0; c < tracks && kind != ReadoutKind::softmax_tracks; ++c) {
    std::vector<double> track, held_track;
    for (std::size_t t = 0; t < positions; ++t) {
      track.push_back(x[t][c]);
      held_track.push_back(held[t][c]);
      if (kind == ReadoutKind::weighted) sum += static_cast<double>(weights[c * positions + t]) * x[t][c];
    }
    if (kind == ReadoutKind::sum) sum += mean_of(track) * static_cast<double>(positions);
    if (kind == ReadoutKind::mean) sum += mean_of(track);
    if (kind == ReadoutKind::max) sum += *std::max_element(track.begin(), track.end());
    if (kind == ReadoutKind::softmax) sum += shared_sum(track, track);
    if (kind == ReadoutKind::centred) sum += shared_sum(held_track, track, mean_of(track));
    all.insert(all.end(), track.begin(), track.end());
    all_held.insert(all_held.end(), held_track.begin(), held_track.end());
  }
  return kind == ReadoutKind::centred_joint ? shared_sum(all_held, all, mean_of(all)) : sum;
}

}  // namespace shoal::test
