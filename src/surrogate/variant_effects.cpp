// SPDX-License-Identifier: MIT
#include "surrogate/variant_effects.hpp"

#include "base/error.hpp"
#include "base/index.hpp"

namespace shoal::surrogate {

namespace {

// Adds the effect of changing one position of a pair while the other keeps the reference's letter.
void add_pair(std::span<double const> effects, int alphabet, std::uint8_t first, std::uint8_t second,
              std::span<double> of_first, std::span<double> of_second) {
  if (first >= alphabet || second >= alphabet) return;
  double const now = effects[at(first * alphabet + second)];
  for (int letter = 0; letter < alphabet; ++letter) {
    of_first[at(letter)] += effects[at(letter * alphabet + second)] - now;
    of_second[at(letter)] += effects[at(first * alphabet + letter)] - now;
  }
}

}  // namespace

std::vector<double> latent_variant_effects(Parameters const& parameters, std::span<std::uint8_t const> reference) {
  expect(static_cast<std::int64_t>(reference.size()) == parameters.length, "a reference of another length");
  auto const alphabet = at(parameters.alphabet);
  std::vector<double> changes(parameters.additive.size(), 0.0);
  std::span<double> const all(changes);
  for (std::size_t position = 0; position < reference.size(); ++position) {
    if (reference[position] >= parameters.alphabet) continue;
    double const now = parameters.additive[position * alphabet + reference[position]];
    for (std::size_t letter = 0; letter < alphabet; ++letter) {
      changes[position * alphabet + letter] = parameters.additive[position * alphabet + letter] - now;
    }
  }
  for (std::size_t pair = 0; pair < parameters.pairs.size(); ++pair) {
    auto const first = at(parameters.pairs[pair].first);
    auto const second = at(parameters.pairs[pair].second);
    add_pair(std::span(parameters.pair_effects).subspan(pair * alphabet * alphabet, alphabet * alphabet),
             parameters.alphabet, reference[first], reference[second], all.subspan(first * alphabet, alphabet),
             all.subspan(second * alphabet, alphabet));
  }
  return changes;
}

std::vector<double> response_variant_effects(Parameters const& parameters, std::span<std::uint8_t const> reference,
                                             std::function<double(double)> const& curve) {
  double const phi = parameters.phi(reference);
  double const response = curve(phi);
  std::vector<double> changes = latent_variant_effects(parameters, reference);
  for (double& change : changes) change = change == 0.0 ? 0.0 : curve(phi + change) - response;
  return changes;
}

}  // namespace shoal::surrogate
