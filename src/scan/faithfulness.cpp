// SPDX-License-Identifier: MIT
#include "scan/faithfulness.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/correlation.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::scan {

void FaithfulnessOptions::validate(std::int64_t library, surrogate::RidgeOptions const& ridge) const {
  if (mutants == 0) return;
  if (mutants < least_mutants) {
    fail(ErrorCode::config, fmt::format("--faithfulness {}: choose {} mutants or more", mutants, least_mutants));
  }
  if (library == 0) return;
  std::int64_t const held_out = library - surrogate::training_rows(library, ridge.holdout);
  if (held_out < least_mutants) {
    fail(ErrorCode::config,
         fmt::format("--faithfulness measures maps on the mutants that fits hold out, {} of {}: --holdout and "
                     "--mutants must leave {} or more",
                     held_out, library, least_mutants));
  }
}

std::optional<std::size_t> predicting_array(std::vector<attribution::ArraySchema> const& arrays, std::int64_t length) {
  for (char const* const name : {"effects", "map"}) {
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      if (arrays[i].name == name && arrays[i].shape == std::vector<std::int64_t>{4, length} &&
          arrays[i].type == attribution::NumberType::float32) {
        return i;
      }
    }
  }
  return std::nullopt;
}

void add_faithfulness_schema(FaithfulnessOptions const& options, std::int64_t length, store::MethodSchema& schema) {
  if (!options.measures() || !predicting_array(schema.arrays, length)) return;
  auto const add = [&schema](std::string const& name, std::string const& definition) {
    schema.scalars.push_back(name);
    schema.notes[name + ".definition"] = definition;
  };
  add("faithfulness_pearson",
      "Pearson correlation over held-out mutants of their score and the sum of the map at their bases");
  add("faithfulness_spearman", "Spearman correlation of the same");
  add("faithfulness_r2", "R² of the same after the best intercept and scale >= 0");
  add("infidelity",
      "mean squared error of the map's predicted changes from the wild type over their mean square, held-out mutants "
      "(Yeh et al. 2019)");
  std::string const backgrounds = fmt::format("{} dinucleotide shuffles of the locus", options.backgrounds);
  add("deletion", fmt::format("score of the wild type minus the mean score while positions, the map's highest first, "
                              "take the bases of {}, in standard deviations of the held-out scores",
                              backgrounds));
  add("insertion", fmt::format("mean score while positions of {}, the map's highest first, take the wild type's bases, "
                               "minus the score of the shuffles, in the same unit",
                               backgrounds));
  add("completeness_gap",
      "size of the error of the map's prediction for the change from the shuffles to the wild "
      "type, in the same unit");
}

double predicted_score(std::span<float const> map, std::span<std::uint8_t const> sequence) {
  double sum = 0;
  for (std::size_t position = 0; position < sequence.size(); ++position) {
    if (sequence[position] < 4) sum += map[sequence[position] * sequence.size() + position];
  }
  return sum;
}

std::vector<double> prediction_quality(std::span<double const> predicted, std::span<double const> observed,
                                       double predicted_wild_type, double observed_wild_type) {
  double const correlation = pearson(predicted, observed);
  double const positive = std::max(0.0, correlation);
  double errors = 0, changes = 0;
  for (std::size_t row = 0; row < observed.size(); ++row) {
    double const change = observed[row] - observed_wild_type;
    double const error = predicted[row] - predicted_wild_type - change;
    errors += error * error;
    changes += change * change;
  }
  return {correlation, spearman(predicted, observed), positive * positive, changes > 0 ? errors / changes : 0};
}

std::vector<std::uint8_t> curve_sequences(std::span<float const> map, std::span<std::uint8_t const> wild_type,
                                          std::vector<std::vector<std::uint8_t>> const& backgrounds) {
  std::size_t const length = wild_type.size();
  std::vector<std::size_t> order;
  std::vector<double> importance(length);
  for (std::size_t position = 0; position < length; ++position) {
    if (wild_type[position] > 3) continue;
    order.push_back(position);
    double sum = 0;
    for (std::size_t base = 0; base < 4; ++base) sum += map[base * length + position];
    importance[position] = map[wild_type[position] * length + position] - sum / 4;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return importance[a] > importance[b]; });
  std::vector<std::uint8_t> sequences;
  for (auto const& background : backgrounds) {
    for (bool const deletes : {true, false}) {
      auto sequence = deletes ? std::vector<std::uint8_t>(wild_type.begin(), wild_type.end()) : background;
      std::size_t changed = 0;
      for (std::size_t step = 1; step <= at(FaithfulnessOptions::steps); ++step) {
        for (; changed < order.size() * step / at(FaithfulnessOptions::steps); ++changed) {
          std::size_t const position = order[changed];
          sequence[position] = deletes ? background[position] : wild_type[position];
        }
        sequences.insert(sequences.end(), sequence.begin(), sequence.end());
      }
    }
  }
  return sequences;
}

std::vector<double> curve_numbers(std::span<double const> scores, double wild_type, double predicted_change,
                                  double deviation) {
  if (!(deviation > 0)) return {0, 0, 0};
  std::size_t const steps = at(FaithfulnessOptions::steps), backgrounds = scores.size() / (2 * steps);
  double deleted = 0, inserted = 0, background = 0;
  for (std::size_t each = 0; each < backgrounds; ++each) {
    auto const curves = scores.subspan(each * 2 * steps, 2 * steps);
    for (std::size_t step = 0; step < steps; ++step) {
      deleted += curves[step];
      inserted += curves[steps + step];
    }
    background += curves[steps - 1];  // every position is the background's
  }
  auto const mean_background = background / static_cast<double>(backgrounds);
  auto const count = static_cast<double>(backgrounds * steps);
  return {(wild_type - deleted / count) / deviation, (inserted / count - mean_background) / deviation,
          std::abs(wild_type - mean_background - predicted_change) / deviation};
}

}  // namespace shoal::scan
