// SPDX-License-Identifier: MIT
// The surrogate that a row of a store holds, as numbers that can be evaluated. A method without a surrogate is one
// without pairs and curve.
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

// True when the method has effects of pairs of bases (array `pairs`, constant `pair_positions`).
bool has_pairs(store::MethodSchema const& method);
// True when the method has a curve of global epistasis (array `curve`).
bool has_curve(store::MethodSchema const& method);

// The name of the array [4, length] that is shown unless another is asked for. For surrogates with interactions, whose
// map depends on the gauge, that is "effects": the effects of substitutions on the wild type. For other methods, and in
// older stores, it is "map".
std::string usual_array(store::MethodSchema const& method);

// The surrogate's parameters in the gauge of the store: the array called `map` [4, length], the array `pairs`, and the
// scalar `constant` (or `intercept`; 0 where the method has neither). For another name than "map" there are no pairs.
// The method has the array.
surrogate::Parameters stored_parameters(store::MethodSchema const& method, attribution::MethodResult const& result,
                                        std::int64_t length, std::string_view map = "map");

// The curve g from phi to units of y, of a method that has one. It is computed from `sigmoids` where the row has them;
// otherwise it is straight lines through the points of `curve`, the outermost ones continued.
std::function<double(double)> stored_curve(store::MethodSchema const& method, attribution::MethodResult const& result);

// Codes as surrogates have letters: N is missing.
std::vector<std::uint8_t> surrogate_letters(genome::Codes const& sequence);

}  // namespace shoal::exports
