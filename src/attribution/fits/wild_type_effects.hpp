// SPDX-License-Identifier: MIT
// What every single substitution of the wild type does to a surrogate with interactions, as arrays of a method.
//
// With interactions the additive map depends on the gauge: in the uniform one it is the effect averaged over all other
// sequences, not the effect in the wild type. These arrays do not depend on the gauge.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attribution/result.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::attribution {

// effects [4, length], float32: prediction(wild type with the base at the position) - prediction(wild type), in units
// of the score, through g if there is a curve. With a curve also effects_latent, the same for phi. 0 at the wild
// type's own bases and where it is N.
std::vector<ArraySchema> effect_arrays(std::int64_t length, bool has_curve);

// The values of these arrays, in their order. `wild_type` [length]: 0 … 3, or surrogate::missing_letter.
std::vector<ArrayValues> effect_values(surrogate::SurrogateFit const& fit, std::span<std::uint8_t const> wild_type,
                                       bool has_curve);

}  // namespace shoal::attribution
