// SPDX-License-Identifier: MIT
// The parameters of a surrogate as a reader of results sees them: effects of letters and of pairs of letters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/views.hpp"

namespace shoal::surrogate {

// Largest number of features for which a ridge is solved, and has standard errors, by a factorisation of its normal
// matrix.
inline constexpr std::int64_t most_primal_parameters = 1000;

// A letter that is not of the alphabet (N in DNA, a gap in an alignment): it adds nothing to phi.
inline constexpr std::uint8_t missing_letter = 255;

// Two positions, first < second.
struct SitePair {
  std::int32_t first = 0;
  std::int32_t second = 0;
  friend bool operator==(SitePair, SitePair) = default;
  friend auto operator<=>(SitePair, SitePair) = default;
};

// phi(x) = constant + Σ_l additive[l, x_l] + Σ_p pair_effects[p, x_first(p), x_second(p)]: the latent phenotype of
// MAVE-NN's additive, neighbour and pairwise maps (Tareen et al. 2022), in any gauge. For a linear surrogate phi is the
// prediction, in units of y.
struct Parameters {
  std::int64_t length = 0;
  int alphabet = 4;
  double constant = 0;
  std::vector<double> additive;      // [length, alphabet]
  std::vector<SitePair> pairs;       // ascending, each once; empty: an additive model
  std::vector<double> pair_effects;  // [pairs, alphabet, alphabet], the first position's letter first

  double phi(std::span<std::uint8_t const> letters) const;
};

// Standard errors of parameters, of the same shape; 0 for one that the gauge fixes (parameter_errors.hpp).
struct ParameterErrors {
  double constant = 0;
  std::vector<double> additive;
  std::vector<double> pair_effects;
  double residual_sd = 0;  // sigma of a row with weight 1
};

// phi [rows] of letters [rows, length], in row order; it does not depend on the number of threads. With many pairs, and
// rows that are mutants of one sequence, it is summed up as differences from that sequence.
std::vector<double> phi_of(Parameters const& parameters, kernels::MatrixView<std::uint8_t const> letters, int threads);

}  // namespace shoal::surrogate
