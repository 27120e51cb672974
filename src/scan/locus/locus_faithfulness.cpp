// SPDX-License-Identifier: MIT
// How faithful a locus's maps are (scan/faithfulness.hpp).
#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "library/dinucleotide_shuffle.hpp"
#include "scan/locus/locus_pipeline.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::scan {

namespace {

// Held-out mutants: letters [rows, length] and scores [rows, tasks].
struct HeldOut {
  std::vector<std::uint8_t> letters;
  std::vector<float> scores;
  std::size_t rows = 0;
};

std::vector<double> task_column(std::vector<float> const& scores, std::size_t tasks, std::size_t task) {
  std::vector<double> column;
  for (std::size_t row = task; row < scores.size(); row += tasks) column.push_back(scores[row]);
  return column;
}

double deviation_of(std::vector<double> const& values) {
  double mean = 0, squares = 0;
  for (double const value : values) mean += value / static_cast<double>(values.size());
  for (double const value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

// The last rows of a library with its scores [rows, tasks], from `first` on.
HeldOut last_rows(kernels::MatrixView<std::uint8_t const> letters, std::span<float const> scores, std::int64_t first) {
  auto const tasks = scores.size() / at(letters.rows);
  auto const rows = std::span(letters.data, at(letters.rows * letters.columns)).subspan(at(first * letters.columns));
  auto const values = scores.subspan(at(first) * tasks);
  return {{rows.begin(), rows.end()}, {values.begin(), values.end()}, at(letters.rows - first)};
}

std::vector<std::vector<std::uint8_t>> shuffles(NetworkLocus const& locus, std::uint64_t seed) {
  std::vector<std::vector<std::uint8_t>> made;
  for (std::int64_t i = 0; i < FaithfulnessOptions::backgrounds; ++i) {
    library::Draws draws(seed, library::Draws::Purpose::backgrounds, locus.identity(), static_cast<std::uint32_t>(i));
    made.push_back(library::shuffled_dinucleotides(locus.sequence(), draws));
  }
  return made;
}

// The change from the mean of the backgrounds to the wild type that a map predicts.
double predicted_change(std::span<float const> map, NetworkLocus const& locus,
                        std::vector<std::vector<std::uint8_t>> const& backgrounds) {
  double change = predicted_score(map, locus.sequence());
  for (auto const& each : backgrounds) {
    change -= predicted_score(map, each) / static_cast<double>(backgrounds.size());
  }
  return change;
}

}  // namespace

std::vector<float> LocusPipeline::score_in_frames(std::size_t network, kernels::PackedView sequences,
                                                  std::span<inference::ScoreFrame const> frames, StageTimes& times) {
  StageTimer const timer(times, Stage::scoring);
  auto const& tasks = scorers_[network].tasks();
  device::Buffer<float> buffer(*backend_, at(sequences.mutants) * tasks.size());
  scorers_[network].score(sequences, buffer, frames);
  std::vector<float> scores = buffer.to_host();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isfinite(scores[i])) continue;
    fail(ErrorCode::numeric,
         fmt::format("task '{}' scores a sequence of --faithfulness as {}", tasks[i % tasks.size()].name, scores[i]));
  }
  return scores;
}

void LocusPipeline::add_faithfulness(std::size_t network, NetworkLocus const& locus, MutantSet& set,
                                     std::span<float const> scores, std::span<inference::ScoreFrame const> frames,
                                     Explained& explained, StageTimes& times) {
  std::size_t const tasks = scorers_[network].tasks().size();
  std::int64_t const length = locus.length();
  HeldOut held;
  std::vector<double> const wild_type(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(tasks));
  if (scores_a_library(options_, methods_)) {
    std::int64_t const first = surrogate::training_rows(set.mutants.mutants(), options_.ridge.holdout);
    held = last_rows(set.letters.view(), scores, first);
  } else {
    library::Design design = options_.design;
    design.kind = library::DesignKind::random;
    design.mutants = options_.faithfulness.mutants + 1;  // row 0 is the wild type
    auto const made = make_mutants(locus, design, times);
    auto const values = score_in_frames(network, made->mutants.view(), frames, times);
    held = last_rows(made->letters.view(), values, 1);
  }
  auto const backgrounds = shuffles(locus, options_.design.seed);
  std::vector<std::uint8_t> sequences;
  std::vector<std::pair<attribution::Attribution*, std::span<float const>>> measured;
  for (std::size_t task = 0; task < tasks; ++task) {
    auto const observed = task_column(held.scores, tasks, task);
    for (std::size_t method = 0; method < methods_.size(); ++method) {
      auto const array = predicting_array(methods_[method].arrays(length), length);
      if (!array) continue;
      attribution::Attribution& result = explained[method][task];
      std::span<float const> const map = std::get<std::vector<float>>(result.arrays[*array]);
      std::vector<double> predicted;
      for (std::size_t row = 0; row < held.rows; ++row) {
        predicted.push_back(predicted_score(map, std::span(held.letters).subspan(row * at(length), at(length))));
      }
      auto const numbers =
          prediction_quality(predicted, observed, predicted_score(map, locus.sequence()), wild_type[task]);
      result.scalars.insert(result.scalars.end(), numbers.begin(), numbers.end());
      auto const curves = curve_sequences(map, locus.sequence(), backgrounds);
      sequences.insert(sequences.end(), curves.begin(), curves.end());
      measured.emplace_back(&result, map);
    }
  }
  if (measured.empty()) return;
  std::int64_t const count = static_cast<std::int64_t>(sequences.size()) / length;
  auto const library = library::explicit_library(*backend_, sequences, count, static_cast<std::int32_t>(length));
  auto const curve_scores = score_in_frames(network, library.view(), frames, times);
  std::size_t const rows = at(count) / measured.size(), methods = measured.size() / tasks;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    std::size_t const task = i / methods;
    auto const all = task_column(curve_scores, tasks, task);
    auto const numbers = curve_numbers(std::span(all).subspan(i * rows, rows), wild_type[task],
                                       predicted_change(measured[i].second, locus, backgrounds),
                                       deviation_of(task_column(held.scores, tasks, task)));
    measured[i].first->scalars.insert(measured[i].first->scalars.end(), numbers.begin(), numbers.end());
  }
}

}  // namespace shoal::scan
