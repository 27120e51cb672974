// SPDX-License-Identifier: MIT
// What the methods that follow gradients are told.
#pragma once

#include <cstdint>
#include <string_view>

namespace shoal::attribution {

// Where the path of integrated-gradients begins; a position that is N is zero in both.
enum class PathBaseline {
  zeros,    // no base
  uniform,  // a quarter of every base
};

PathBaseline parse_path_baseline(std::string_view name);  // errors: config, naming the choices
std::string_view to_string(PathBaseline baseline);

struct GradientOptions {
  std::int64_t steps = 25;  // of a path from baseline to sequence: steps + 1 gradients, trapezoid rule
  PathBaseline baseline = PathBaseline::zeros;
  std::int64_t backgrounds = 20;    // shuffled sequences a locus, of expected-gradients and deepshap
  std::int64_t noise_samples = 50;  // of smoothgrad
  double noise_sigma = 0.1;
  // Subtract from every gradient its mean over the four bases (Majdandzic et al., Genome Biology 2023): its part off
  // the plane on which one-hot sequences lie.
  bool correction = false;
  std::uint64_t seed = 0;  // of backgrounds and noise

  // Errors: config.
  void validate() const;
};

}  // namespace shoal::attribution
