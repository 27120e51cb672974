// SPDX-License-Identifier: MIT
// What every single substitution of one sequence does to the prediction of a surrogate.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "surrogate/parameters.hpp"

namespace shoal::surrogate {

// effects [length, alphabet]: phi(reference with letter c at position l) - phi(reference), the same in every gauge; 0
// for the reference's own letters, and for positions where it is missing. Work: O(alphabet (length + pairs)).
std::vector<double> latent_variant_effects(Parameters const& parameters, std::span<std::uint8_t const> reference);

// The same in units of y: g(phi(variant)) - g(phi(reference)), with g the response curve.
std::vector<double> response_variant_effects(Parameters const& parameters, std::span<std::uint8_t const> reference,
                                             std::function<double(double)> const& curve);

}  // namespace shoal::surrogate
