// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {

namespace {

SurrogateName const known_surrogates[] = {
    {"additive-ridge", Interactions::additive, Solver::ridge},
    {"neighbour-ridge", Interactions::neighbour, Solver::ridge},
    {"pairwise-ridge", Interactions::pairwise, Solver::ridge},
    {"additive-ge", Interactions::additive, Solver::global_epistasis},
    {"neighbour-ge", Interactions::neighbour, Solver::global_epistasis},
    {"pairwise-ge", Interactions::pairwise, Solver::global_epistasis},
    {"additive-lasso", Interactions::additive, Solver::lasso},
    {"additive-elastic-net", Interactions::additive, Solver::elastic_net},
    {"additive-lime", Interactions::additive, Solver::sparse},
    {"pairwise-group-lasso", Interactions::pairwise, Solver::group_lasso},
};

}  // namespace

std::vector<std::string> const& surrogate_names() {
  static std::vector<std::string> const names = [] {
    std::vector<std::string> texts;
    for (SurrogateName const& known : known_surrogates) texts.push_back(known.text);
    return texts;
  }();
  return names;
}

bool is_surrogate(std::string_view name) {
  auto const& names = surrogate_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

SurrogateName parse_surrogate(std::string_view name) {
  for (SurrogateName const& known : known_surrogates) {
    if (known.text == name) return known;
  }
  fail(ErrorCode::config,
       fmt::format("unknown surrogate {}: known are {}", quoted(name), join(surrogate_names(), ", ")));
}

void SurrogateOptions::validate() const {
  if (lambdas.empty()) fail(ErrorCode::config, "lambdas: give one at least");
  for (double const lambda : lambdas) {
    if (!(lambda >= 0) || !std::isfinite(lambda)) {
      fail(ErrorCode::config, fmt::format("lambdas: {} must be finite and not negative", lambda));
    }
  }
  if (alphas.empty()) fail(ErrorCode::config, "alphas: give one at least");
  for (double const alpha : alphas) {
    if (!(alpha > 0) || !std::isfinite(alpha)) {
      fail(ErrorCode::config, fmt::format("alphas: {} must be positive and finite", alpha));
    }
  }
  if (!(l1_ratio > 0 && l1_ratio <= 1)) {
    fail(ErrorCode::config, fmt::format("l1-ratio {}: choose above 0, at most 1", l1_ratio));
  }
  if (sparse_letters < 1) fail(ErrorCode::config, fmt::format("sparse-letters {}: choose at least 1", sparse_letters));
  if (!(pair_ratio > 0) || !std::isfinite(pair_ratio)) {
    fail(ErrorCode::config, fmt::format("pair-ratio {}: must be positive", pair_ratio));
  }
  if (noise_order < 0 || noise_order > 3) {
    fail(ErrorCode::config, fmt::format("noise-order {}: choose 0 to 3", noise_order));
  }
  if (noise_rounds < 0 || noise_rounds > 5) {
    fail(ErrorCode::config, fmt::format("noise-rounds {}: choose 0 to 5", noise_rounds));
  }
  if (!(theta_penalty >= 0) || !std::isfinite(theta_penalty)) {
    fail(ErrorCode::config, fmt::format("theta-penalty {}: must be finite and not negative", theta_penalty));
  }
  if (sigmoids < 1 || sigmoids > 50) {
    fail(ErrorCode::config, fmt::format("sigmoids {}: choose 1 to 50", sigmoids));
  }
  if (features.maximum_distance < 0) {
    fail(ErrorCode::config, fmt::format("pair-distance {}: must not be negative", features.maximum_distance));
  }
}

}  // namespace shoal::surrogate
