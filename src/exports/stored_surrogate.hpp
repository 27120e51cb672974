// SPDX-License-Identifier: MIT
// The surrogate that a row of a store holds, as numbers that can be evaluated. A method without a surrogate counts as
// one without pairs and curve.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "genome/loci.hpp"
#include "store/schema.hpp"
#include "surrogate/parameters.hpp"

namespace shoal::exports {

// True if the method has effects of pairs of bases (arrays `pairs`, constant `pair_positions`), and if it has a
// curve of global epistasis (array `curve`).
bool has_pairs(store::MethodSchema const& method);
bool has_curve(store::MethodSchema const& method);

// The array [4, length] that is shown unless another is asked for: for surrogates with interactions "effects", the
// effects of substitutions on the wild type, because their map says something else; "map" for other methods and for
// older stores.
std::string usual_array(store::MethodSchema const& method);

// `map`, `pairs` and the scalar `constant` (or `intercept`; 0 if there is none) in the gauge of the store. The
// method has a map [4, length]; another `map` than "map" stands for itself, without pairs.
surrogate::Parameters stored_parameters(store::MethodSchema const& method, attribution::MethodResult const& result,
                                        std::int64_t length, std::string_view map = "map");

// g of `has_curve`: from phi to units of y. From `sigmoids` if the row has them; otherwise straight lines through the
// points of `curve`, continued along the outermost ones.
std::function<double(double)> stored_curve(store::MethodSchema const& method, attribution::MethodResult const& result);

// Codes as surrogates read letters: N is missing.
std::vector<std::uint8_t> surrogate_letters(genome::Codes const& sequence);

}  // namespace shoal::exports
