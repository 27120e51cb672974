// SPDX-License-Identifier: MIT
#include "surrogate/model_size.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "surrogate/solvers/surrogate_solvers.hpp"

namespace shoal::surrogate {

namespace {

std::string smaller_models(Interactions interactions) {
  if (interactions == Interactions::pairwise) {
    return "a smaller model (--pair-distance D, --pair-windows, or a neighbour or additive surrogate)";
  }
  if (interactions == Interactions::neighbour) return "a smaller model (an additive surrogate)";
  return "a smaller model (additive-lasso, or a narrower window of positions that change)";
}

}  // namespace

std::int64_t effects_of_model(FeatureOptions const& features, std::span<std::int64_t const> letters) {
  auto const free_at = [&](std::int64_t position) {
    return std::max<std::int64_t>(letters[static_cast<std::size_t>(position)] - 1, 0);
  };
  auto const length = static_cast<std::int64_t>(letters.size());
  std::int64_t effects = 0;
  for (std::int64_t position = 0; position < length; ++position) effects += free_at(position);
  for (SitePair const pair : features.pairs(length)) effects += free_at(pair.first) * free_at(pair.second);
  return effects;
}

std::string small_library_warning(SurrogateName const& name, SurrogateOptions const& options,
                                  std::span<std::int64_t const> letters, std::int64_t rows,
                                  std::string_view rows_name) {
  if (is_sparse(name.solver)) return {};
  FeatureOptions features = options.features;
  features.interactions = name.interactions;
  std::int64_t const effects = effects_of_model(features, letters);
  if (rows >= effects) return {};
  return fmt::format(
      "{}: {} {} are fitted for {} effects: what they leave open is the penalty's doing. More {} would do (above {} "
      "of them), or {}",
      name.text, rows, rows_name, effects, rows_name, effects, smaller_models(name.interactions));
}

}  // namespace shoal::surrogate
