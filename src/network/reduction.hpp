// SPDX-License-Identifier: MIT
// --reduce: how the profile of a head becomes one number, and what is done to the number. Each choice is defined here
// and in kernels/forward/readout.hpp, nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::network {

// x[t, c] is the value of a head at position t = 0 … P - 1 and track c. All but the last four make one task of every
// track that is not part of a set; the mean over a set of tracks is taken of their results.
enum class Reducer {
  scalar,    // x[0, c]; P must be 1
  sum,       // sum over t of x[t, c]
  mean,      // mean over t of x[t, c]
  max,       // maximum over t of x[t, c]
  position,  // x[argument, c]
  centre,    // sum of x[t, c] over the `argument` positions from (P - argument) / 2, rounded down
  pca,  // projection on the library's first principal component of x[., c] (inference/forward/principal_component.hpp)
  wn,   // mean over c of the sum over t of x[t, c] e^x[t, c] / (sum over u of e^x[u, c]): BPNet
  wn_squid,  // mean over c of the sum over t of x[t, c] e^x[t, c] / (sum over d of e^x[t, d]): squid-nn's "wn"
  // mean over c of the sum over t of w[t, c] (x[t, c] - mean over u of x[u, c]), w = softmax over t of x[t, c]: the
  // profile's attribution of BPNet and ChromBPNet. w counts as a constant: gradients and multipliers, those at
  // references and along paths too, have the w of the sequence that is explained. P must exceed 1.
  profile,
  profile_joint,  // the same, sum, softmax and mean over all t and c together
};

// Transforms of the score y of one mutant; y0 is the wild type's, row 0 of its library. In double precision.
enum class ScoreTransform {
  log,               // ln y
  log2_fold_change,  // log2 (y / y0)
  softplus,          // ln(1 + e^y)
};

struct ProfileReduction {
  Reducer reducer = Reducer::scalar;
  std::int64_t argument = 0;  // the number in position and centre
  std::vector<ScoreTransform> transforms = {};

  bool operator==(ProfileReduction const&) const = default;
};

// "REDUCER[,TRANSFORM…]": scalar, sum, mean, max, position:P, centre:K, pca, wn, wn-squid, profile, profile-joint; log,
// log2fc, softplus. The reducer may be left out. Errors: config, which begin with `option` and list the choices.
ProfileReduction parse_reduction(std::string_view text, std::string_view option = "--reduce");

// The text that parse_reduction reads.
std::string to_string(ProfileReduction const& reduction);

// The formula in words of mathematics, for a store's provenance.
std::string definition(ProfileReduction const& reduction);

// What follows a head's name in its tasks' names: ".sum", ".position:4.log"; nothing for a plain scalar.
std::string suffix(ProfileReduction const& reduction);

// y after the transforms, y0 being the wild type's. NaN where a logarithm does not exist.
double transformed(std::vector<ScoreTransform> const& transforms, double y, double y0);

// Its derivative with respect to y, with y0 as a constant.
double transformed_slope(std::vector<ScoreTransform> const& transforms, double y, double y0);
// (transformed(y) - transformed(reference)) / (y - reference), or the derivative halfway if the two hardly differ: the
// multiplier of DeepLIFT's rescale rule.
double transformed_multiplier(std::vector<ScoreTransform> const& transforms, double y, double reference, double y0);

}  // namespace shoal::network
