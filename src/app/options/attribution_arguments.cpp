// SPDX-License-Identifier: MIT
#include "app/options/attribution_arguments.hpp"

#include <fmt/core.h>

namespace shoal::app {

namespace {

OptionForm<attribution::PairwiseWindow> pairwise_window() {
  return {.parse = [](std::string const& text) { return attribution::parse_pairwise_window(text).window; },
          .print =
              [](attribution::PairwiseWindow const& window) {
                bool const is_default = window.start == 0 && window.stop == 0;
                return is_default ? std::string() : fmt::format("{}:{}", window.start, window.stop);
              }};
}

void add_paths(attribution::GradientOptions& gradient, OptionTable& options) {
  options.add<std::int64_t>({
      .name = "path-steps",
      .target = &gradient.steps,
      .value = "N",
      .help = "steps of integrated-gradients and expected-gradients, at least",
      .key = "gradient.steps",
  });
  options.add<double>({
      .name = "path-tolerance",
      .target = &gradient.tolerance,
      .value = "T",
      .help = "double these steps, locus by locus and task by task, until the map's sum is right to T times the change "
              "of the score (or a twentieth of the scores' standard deviation, where that is more); 0: never",
      .key = "gradient.tolerance",
  });
  options.add<std::int64_t>({
      .name = "path-most-steps",
      .target = &gradient.most_steps,
      .value = "N",
      .help = "but not beyond N steps; loci that miss the tolerance are counted at the end",
      .key = "gradient.most_steps",
  });
  options.add<attribution::PathBaseline>({
      .name = "path-baseline",
      .target = &gradient.baseline,
      .value = "zeros|uniform",
      .help = "where integrated-gradients begins: zeros (no base) or uniform (a quarter of each)",
      .example = "uniform",
      .key = "gradient.baseline",
      .form = named(attribution::parse_path_baseline),
  });
}

void add_noise(attribution::GradientOptions& gradient, OptionTable& options) {
  options.add<std::int64_t>({
      .name = "noise-samples",
      .target = &gradient.noise_samples,
      .value = "N",
      .help = "noisy copies of smoothgrad",
      .key = "gradient.noise_samples",
  });
  options.add<double>({
      .name = "noise-sigma",
      .target = &gradient.noise_sigma,
      .value = "S",
      .help = "standard deviation of the noise",
      .key = "gradient.noise_sigma",
  });
}

}  // namespace

void AttributionArguments::add_to(OptionTable& options) {
  options.section("gradients");
  add_paths(gradient, options);
  options.add<std::int64_t>({
      .name = "backgrounds",
      .target = &gradient.backgrounds,
      .value = "N",
      .help = "shuffled sequences per locus, for expected-gradients and deepshap",
      .comment = "Shuffles per locus that keep its dinucleotides, for expected-gradients and deepshap.",
      .key = "gradient.backgrounds",
  });
  add_noise(gradient, options);
  options.add<bool>({
      .name = "gradient-correction",
      .target = &gradient.correction,
      .help = "subtract from gradients their mean over the four bases; without it: map_raw",
      .key = "gradient.correction",
  });
  options.add<attribution::PairwiseWindow>({
      .name = "pairwise-window",
      .target = &pairwise.window,
      .value = "A:B",
      .help = "positions [A, B) of pairwise-ism, at most 300; default: the middle 40",
      .example = "100:140",
      .key = "pairwise.window",
      .form = pairwise_window(),
  });
}

attribution::GradientOptions AttributionArguments::resolved() const {
  gradient.validate();
  return gradient;
}

}  // namespace shoal::app
