// SPDX-License-Identifier: MIT
// Entropies and mutual information of samples, in bits, from distances to nearest neighbours.
#pragma once

#include <cstdint>
#include <span>

namespace shoal::surrogate {

struct Estimate {
  double value = 0;
  double uncertainty = 0;  // standard error
};

// Differential entropy of a continuous number (Kozachenko and Leonenko 1987):
// psi(n) - psi(k) + log 2 + mean log(distance to the k-th neighbour). Needs more than k values, no k + 1 of them equal
// (minus infinity otherwise).
double entropy_bits(std::span<double const> values, int neighbours);

// Mutual information of two continuous numbers (Kraskov, Stögbauer, Grassberger 2004, estimator 1, largest-coordinate
// distance): psi(k) + psi(n) - <psi(n_x)> - <psi(n_y)>, n_x the points strictly within the distance of the k-th
// neighbour, the point itself included. It is not cut at 0: it can be a little below 0 for independent numbers.
double mutual_information_bits(std::span<double const> x, std::span<double const> y, int neighbours);

// What MAVE-NN does in addition: at most 10,000 rows, drawn at random; ties broken by random numbers of a standard
// deviation of 1 % of the sample's (the entropy's y; the information's x, with y moved by a thousandth of that);
// uncertainty = standard deviation over 25 random halves / sqrt 2. k = 7 for entropies, 5 for information. x and y are
// scaled to standard deviation 1 first, so that units do not matter. NaN for fewer than 50 rows or constant numbers.
Estimate estimated_entropy(std::span<double const> y, std::uint64_t seed);
Estimate estimated_information(std::span<double const> x, std::span<double const> y, std::uint64_t seed);

}  // namespace shoal::surrogate
