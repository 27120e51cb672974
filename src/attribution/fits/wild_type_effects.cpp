// SPDX-License-Identifier: MIT
#include "attribution/fits/wild_type_effects.hpp"

#include "attribution/map_layout.hpp"
#include "surrogate/variant_effects.hpp"

namespace shoal::attribution {

std::vector<ArraySchema> effect_arrays(std::int64_t length, bool has_curve) {
  ArraySchema effects = map_array(length);
  effects.name = "effects";
  effects.notes["definition"] = has_curve
                                    ? "g(phi(wild type with the base at the position)) - g(phi(wild type))"
                                    : "phi(wild type with the base at the position) - phi(wild type), pairs included";
  effects.notes["gauge"] = "none: the same in every gauge";
  effects.notes["units"] = "units of the task's score";
  std::vector<ArraySchema> arrays = {effects};
  if (!has_curve) return arrays;
  effects.name = "effects_latent";
  effects.notes["definition"] = "phi(wild type with the base at the position) - phi(wild type), pairs included";
  effects.notes["units"] = "phi, which has mean 0 and standard deviation 1 over the mutants that were fitted";
  arrays.push_back(effects);
  return arrays;
}

std::vector<ArrayValues> effect_values(surrogate::SurrogateFit const& fit, std::span<std::uint8_t const> wild_type,
                                       bool has_curve) {
  std::vector<float> latent = bases_first<float>(surrogate::latent_variant_effects(fit.parameters, wild_type));
  std::vector<ArrayValues> values;
  if (has_curve) {
    values.emplace_back(bases_first<float>(surrogate::response_variant_effects(fit.parameters, wild_type, fit.curve)));
  }
  values.emplace_back(std::move(latent));
  return values;
}

}  // namespace shoal::attribution
