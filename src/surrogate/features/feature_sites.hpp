// SPDX-License-Identifier: MIT
// The sites of a surrogate: which states each has in the data, and its functions of a state.
//
// A site's states are the letters that occur there in any row, and the missing letter where it occurs. With S states
// there are S - 1 functions, orthonormal under the training rows' state frequencies pi and of mean 0 under them; S = 1
// leaves none. One-hot ridge gives a letter that occurs nowhere the parameter 0, so leaving it out changes nothing.
//
// The gauge freedom of one-hot parameters at a site is an added constant, unless the missing letter occurs there, whose
// parameter is 0 by definition. So the ridge's gauge has, before the penalty is shared between sites and pairs, mean 0
// over the site's letters (uniform), or value 0 at the missing letter: `origin` below is that mean.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/observations.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

struct Site {
  std::vector<std::uint8_t> states;  // letters ascending, then missing_letter where it occurs
  std::size_t reference = 0;         // index of the training rows' commonest state, the first among equals
  bool has_missing = false;
  int dimensions = 0;  // functions
  std::int64_t first_feature =
      0;  // number of the site's first state but the reference: kernels/library/mutation_lists.hpp
  std::vector<double> functions;    // [states, dimensions]
  std::vector<double> differences;  // [dimensions, dimensions]: of the other states, in order, from the reference
  std::vector<double> transposed_differences;
  std::vector<double> origin;   // [dimensions]
  std::vector<double> squares;  // [dimensions]: Σ over letters of (function - origin)²; products of two functions
                                // sum to 0

  std::int64_t letters() const { return static_cast<std::int64_t>(states.size()) - (has_missing ? 1 : 0); }
  double const* at_state(std::size_t state) const { return functions.data() + state * dimensions; }
  double const* at_reference() const { return at_state(reference); }
};

// All positions of the observations, in order. Frequencies are weighted; a state that occurs in other rows only counts
// as half a training row. Errors: config, when features outnumber what 16 bits can number.
std::vector<Site> find_sites(Observations const& observations);

}  // namespace shoal::surrogate
