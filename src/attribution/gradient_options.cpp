// SPDX-License-Identifier: MIT
#include "attribution/gradient_options.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace shoal::attribution {

PathBaseline parse_path_baseline(std::string_view name) {
  if (name == "zeros") return PathBaseline::zeros;
  if (name == "uniform") return PathBaseline::uniform;
  fail(ErrorCode::config, fmt::format("unknown baseline {}: choose zeros or uniform", quoted(name)));
}

std::string_view to_string(PathBaseline baseline) {
  return baseline == PathBaseline::zeros ? "zeros" : "uniform";
}

void GradientOptions::validate() const {
  constexpr std::int64_t most = 1'000'000;
  auto const require = [](bool holds, std::string const& text) {
    if (!holds) fail(ErrorCode::config, text);
  };
  require(steps >= 1 && steps <= most, fmt::format("{} steps of a path: choose 1 to {}", steps, most));
  require(most_steps >= 1 && most_steps <= most,
          fmt::format("at most {} steps of a path: choose 1 to {}", most_steps, most));
  require(std::isfinite(tolerance) && tolerance >= 0.0,
          fmt::format("paths complete to {}: choose a number that is not negative", tolerance));
  require(backgrounds >= 1 && backgrounds <= most, fmt::format("{} backgrounds: choose 1 to {}", backgrounds, most));
  require(noise_samples >= 1 && noise_samples <= most,
          fmt::format("{} noisy samples: choose 1 to {}", noise_samples, most));
  require(std::isfinite(noise_sigma) && noise_sigma >= 0.0,
          fmt::format("noise of standard deviation {}: choose a number that is not negative", noise_sigma));
}

}  // namespace shoal::attribution
