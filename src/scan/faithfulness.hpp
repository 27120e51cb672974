// SPDX-License-Identifier: MIT
// How faithful maps are to their network: every map, of any method, as a predictor of the scores of mutants that no fit
// has seen, and what happens to the score when the bases that it holds for important go.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "attribution/method_set.hpp"
#include "library/library.hpp"
#include "store/schema.hpp"
#include "surrogate/additive_ridge.hpp"

namespace shoal::scan {

struct FaithfulnessOptions {
  // Mutants that are scored at a locus for which the scan makes no library; 0: nothing is measured. A locus with a
  // library is measured on the mutants that its fits hold out.
  std::int64_t mutants = 0;
  static constexpr std::int64_t least_mutants = 20;
  static constexpr std::int64_t steps = 10;       // of the deletion and insertion curves
  static constexpr std::int64_t backgrounds = 4;  // shuffled sequences whose bases come instead

  bool measures() const { return mutants > 0; }
  // `library`: rows of the scan's library, or 0 without one. Errors: config.
  void validate(std::int64_t library, surrogate::RidgeOptions const& ridge) const;
};

// The array of a method that predicts: "effects" (surrogates with interactions), otherwise "map"; nothing if that is no
// float32 array [4, length].
std::optional<std::size_t> predicting_array(std::vector<attribution::ArraySchema> const& arrays, std::int64_t length);

// Adds the names of the numbers below, and their definitions, to a method with such an array.
void add_faithfulness_schema(FaithfulnessOptions const& options, std::int64_t length, store::MethodSchema& schema);

// What a map [4, length] says of a sequence: the sum over positions of its value at the sequence's base. A code above 3
// adds nothing.
double predicted_score(std::span<float const> map, std::span<std::uint8_t const> sequence);

// `predicted` and `observed` of the same held-out mutants, and of the wild type. Returns Pearson's and Spearman's
// correlation; R² after the best intercept and scale >= 0, which is Pearson's squared, or 0 if that is negative; and
// the infidelity of Yeh et al., NeurIPS 2019, with the mutants as perturbations: mean squared error of the predicted
// changes from the wild type's score over the mean square of the changes. All are 0 where scores do not vary.
std::vector<double> prediction_quality(std::span<double const> predicted, std::span<double const> observed,
                                       double predicted_wild_type, double observed_wild_type);

// The sequences of the curves of one map, [2 · steps · backgrounds, length]: for every background and every share of
// the known positions, 1/steps to all, in falling order of the map's own base minus its mean over bases, first the wild
// type with these positions from the background (deletion), then the background with them from the wild type
// (insertion).
std::vector<std::uint8_t> curve_sequences(std::span<float const> map, std::span<std::uint8_t const> wild_type,
                                          std::vector<std::vector<std::uint8_t>> const& backgrounds);

// From the scores of those sequences: by how much the score falls in the mean of the deletion curve and rises in the
// mean of the insertion curve, in `deviation`s; and the completeness gap, the absolute difference between the change of
// the score from the mean of the backgrounds to the wild type and what the map predicts for it, in deviations. 0 if the
// deviation is 0.
std::vector<double> curve_numbers(std::span<double const> scores, double wild_type, double predicted_change,
                                  double deviation);

}  // namespace shoal::scan
