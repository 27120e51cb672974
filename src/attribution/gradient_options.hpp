// SPDX-License-Identifier: MIT
// Options of the methods that follow gradients.
#pragma once

#include <cstdint>
#include <string_view>

namespace shoal::attribution {

// Where the path of integrated-gradients begins. A position that is N is zero in baseline and sequence.
enum class PathBaseline {
  zeros,    // no base
  uniform,  // a quarter of every base
};

PathBaseline parse_path_baseline(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(PathBaseline baseline);

struct GradientOptions {
  std::int64_t steps = 25;  // steps of a path from baseline to sequence: steps + 1 gradients, trapezoid rule
  // Steps are doubled, up to `most_steps`, while the completeness error of a locus and task is more than `tolerance`
  // times max(|f(x) - f(b)|, least_spread times the standard deviation of the scores (score_spread.hpp)). 0: never.
  double tolerance = 0.02;
  std::int64_t most_steps = 400;
  static constexpr double least_spread = 0.05;
  PathBaseline baseline = PathBaseline::zeros;
  std::int64_t backgrounds = 20;    // shuffled sequences per locus, for expected-gradients and deepshap
  std::int64_t noise_samples = 50;  // noisy copies, for smoothgrad
  double noise_sigma = 0.1;
  // Subtract from every gradient its mean over the four bases (Majdandzic et al., Genome Biology 2023): its part off
  // the plane on which one-hot sequences lie. The uncorrected map is then an array of its own, "map_raw".
  bool correction = false;
  std::uint64_t seed = 0;  // seed of backgrounds and noise

  // Errors: config.
  void validate() const;
};

}  // namespace shoal::attribution
