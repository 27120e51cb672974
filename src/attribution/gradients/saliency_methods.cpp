// SPDX-License-Identifier: MIT
#include "attribution/gradients/saliency_methods.hpp"

#include <fmt/core.h>

#include "attribution/gradients/normal_draws.hpp"
#include "library/random_draws.hpp"

namespace shoal::attribution {

namespace {

std::vector<Attribution> at_wild_type(LocusContext const& context, bool corrects, bool times_input) {
  std::vector<Attribution> attributions(context.scorer.tasks().size());
  for_each_gradient(
      context, 1, [&](std::int64_t, std::span<float> point) { write_one_hot(context.wild_type, point); },
      [&](std::int64_t, std::size_t task, double, std::span<float const> gradient) {
        GradientSum raw(gradient.begin(), gradient.end());
        GradientSum corrected = raw;
        correct(corrected);
        if (times_input) {
          keep_own_bases(context.wild_type, raw);
          keep_own_bases(context.wild_type, corrected);
        }
        attributions[task] = {finished_arrays(corrects, raw, corrected, context.wild_type), {}};
      });
  return attributions;
}

}  // namespace

std::map<std::string, std::string> SaliencyMethod::notes() const {
  return notes_with("gradient of the score with respect to the one-hot sequence, at the wild type");
}

std::vector<Attribution> SaliencyMethod::explain(LocusContext const& context) const {
  return at_wild_type(context, options().correction, false);
}

std::map<std::string, std::string> GradientTimesInputMethod::notes() const {
  return notes_with("gradient of the score at the wild type, times the one-hot sequence");
}

std::vector<Attribution> GradientTimesInputMethod::explain(LocusContext const& context) const {
  return at_wild_type(context, options().correction, true);
}

std::map<std::string, std::string> SmoothGradMethod::notes() const {
  return notes_with(
      fmt::format("mean gradient of the score over {} copies of the one-hot sequence, normal noise of "
                  "standard deviation {} added to every element",
                  options().noise_samples, options().noise_sigma));
}

std::vector<Attribution> SmoothGradMethod::explain(LocusContext const& context) const {
  std::size_t const tasks = context.scorer.tasks().size(), length = context.wild_type.size();
  std::vector<GradientSum> sums(tasks, GradientSum(4 * length, 0.0));
  std::vector<double> scores(tasks, 0.0);
  double const weight = 1.0 / static_cast<double>(options().noise_samples);
  for_each_gradient(
      context, options().noise_samples,
      [&](std::int64_t i, std::span<float> point) {
        library::Draws draws(options().seed, library::Draws::Purpose::noise, context.locus_identity,
                             static_cast<std::uint32_t>(i));
        write_one_hot(context.wild_type, point);
        for (std::size_t j = 0; j < point.size(); ++j) {
          double const noise = options().noise_sigma * normal_from(draws.next());
          if (context.wild_type[j / 4] < 4) point[j] = static_cast<float>(static_cast<double>(point[j]) + noise);
        }
      },
      [&](std::int64_t, std::size_t task, double score, std::span<float const> gradient) {
        add(gradient, weight, sums[task]);
        scores[task] += weight * score;
      });
  std::vector<Attribution> attributions;
  for (std::size_t task = 0; task < tasks; ++task) {
    GradientSum corrected = sums[task];
    correct(corrected);
    attributions.push_back(
        {finished_arrays(options().correction, sums[task], corrected, context.wild_type), {scores[task]}});
  }
  return attributions;
}

}  // namespace shoal::attribution
