// SPDX-License-Identifier: MIT
#include "attribution/mutagenesis/pairwise_ism_method.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace shoal::attribution {

namespace {

// The bytes of host memory for codes of mutants that are packed and scored together.
constexpr std::int64_t chunk_bytes = std::int64_t{1} << 24;
constexpr std::int64_t fewest_rows = 64;

struct Change {
  std::size_t position = 0;
  std::uint8_t base = 0;
};

// One or two substitutions of the wild type.
struct Mutant {
  Change first, second;
  bool is_double = false;

  std::string name() const {
    auto const text = [](Change const& change) {
      return fmt::format("{} at {}", "ACGT"[change.base], change.position);
    };
    return is_double ? text(first) + ", " + text(second) : text(first);
  }
};

std::vector<Change> changes_in(std::span<std::uint8_t const> wild_type, PairwiseWindow const& window) {
  std::vector<Change> changes;
  for (auto position = static_cast<std::size_t>(window.start); position < static_cast<std::size_t>(window.stop);
       ++position) {
    if (wild_type[position] == kernels::code_n) continue;
    for (std::uint8_t base = 0; base < 4; ++base) {
      if (base != wild_type[position]) changes.push_back({position, base});
    }
  }
  return changes;
}

// Scores [1 + mutants, tasks], the wild type's first. They are computed in chunks, each with the wild type in row 0,
// which is the reference of the network's partial runs and of relative scores.
std::vector<float> scores_of(LocusContext const& context, std::vector<Mutant> const& mutants) {
  auto const length = static_cast<std::int64_t>(context.wild_type.size());
  std::size_t const tasks = context.scorer.tasks().size();
  auto const rows = static_cast<std::size_t>(std::max(fewest_rows, chunk_bytes / length));
  std::vector<float> scores(tasks);
  std::vector<std::uint8_t> codes;
  device::Buffer<float> buffer(context.backend, std::min(rows, mutants.size() + 1) * tasks);
  for (std::size_t begin = 0; begin == 0 || begin < mutants.size(); begin += rows - 1) {
    std::size_t const count = std::min(rows - 1, mutants.size() - begin);
    codes.clear();
    for (std::size_t row = 0; row <= count; ++row) {
      codes.insert(codes.end(), context.wild_type.begin(), context.wild_type.end());
      if (row == 0) continue;
      Mutant const& mutant = mutants[begin + row - 1];
      std::uint8_t* const own = codes.data() + row * context.wild_type.size();
      own[mutant.first.position] = mutant.first.base;
      if (mutant.is_double) own[mutant.second.position] = mutant.second.base;
    }
    auto const library = library::explicit_library(context.backend, codes, static_cast<std::int64_t>(count + 1),
                                                   static_cast<std::int32_t>(length));
    context.scorer.score(library.view(), buffer, context.frames);
    std::vector<float> const chunk = buffer.to_host();
    if (begin == 0) std::copy_n(chunk.begin(), tasks, scores.begin());
    scores.insert(scores.end(), chunk.begin() + static_cast<std::ptrdiff_t>(tasks),
                  chunk.begin() + static_cast<std::ptrdiff_t>((count + 1) * tasks));
  }
  return scores;
}

void refuse_not_finite(LocusContext const& context, std::vector<Mutant> const& mutants,
                       std::vector<float> const& scores) {
  std::size_t const tasks = context.scorer.tasks().size();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isfinite(scores[i])) continue;
    fail(ErrorCode::numeric,
         fmt::format("task '{}' scores {} as {}", context.scorer.tasks()[i % tasks].name,
                     i < tasks ? "the wild type" : "the mutant " + mutants[i / tasks - 1].name(), scores[i]));
  }
}

// First the singles in order, then all pairs of changes at two positions.
std::vector<Mutant> mutants_of(std::vector<Change> const& changes) {
  std::vector<Mutant> mutants;
  for (Change const& change : changes) mutants.push_back({change, {}, false});
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (std::size_t j = i + 1; j < changes.size(); ++j) {
      if (changes[i].position != changes[j].position) mutants.push_back({changes[i], changes[j], true});
    }
  }
  return mutants;
}

// The place of the pair of the window's positions i < j among its pairs.
std::size_t pair_index(std::size_t i, std::size_t j, std::size_t size) {
  return i * size - i * (i + 1) / 2 + (j - i - 1);
}

// One task's arrays from its column of scores.
Attribution attribution_of(LocusContext const& context, PairwiseWindow const& window,
                           std::vector<Mutant> const& mutants, std::vector<float> const& scores, std::size_t task) {
  std::size_t const tasks = context.scorer.tasks().size(), length = context.wild_type.size();
  auto const start = static_cast<std::size_t>(window.start), size = static_cast<std::size_t>(window.size());
  auto const score = [&](std::size_t row) { return static_cast<double>(scores[row * tasks + task]); };
  std::vector<double> single(4 * length, 0.0);
  std::vector<float> map(4 * length, 0.0F), pairs(static_cast<std::size_t>(16 * window.pairs()), 0.0F);
  std::vector<float> dependency(size * size, 0.0F);
  double largest = 0.0;
  for (std::size_t m = 0; m < mutants.size(); ++m) {
    Mutant const& mutant = mutants[m];
    std::size_t const first = mutant.first.base * length + mutant.first.position;
    if (!mutant.is_double) {
      single[first] = score(m + 1);
      map[first] = static_cast<float>(score(m + 1) - score(0));
      continue;
    }
    std::size_t const second = mutant.second.base * length + mutant.second.position;
    double const epistasis = ((score(m + 1) - single[first]) - single[second]) + score(0);
    std::size_t const i = mutant.first.position - start, j = mutant.second.position - start;
    pairs[16 * pair_index(i, j, size) + 4 * mutant.first.base + mutant.second.base] = static_cast<float>(epistasis);
    float& cell = dependency[i * size + j];
    cell = std::max(cell, static_cast<float>(std::abs(epistasis)));
    dependency[j * size + i] = cell;
    largest = std::max(largest, std::abs(epistasis));
  }
  return {{std::move(map), std::move(pairs), std::move(dependency)}, {largest}};
}

}  // namespace

std::vector<ArraySchema> PairwiseIsmMethod::arrays(std::int64_t length) const {
  PairwiseWindow const window = options_.resolved(length);
  ArraySchema map = map_array(length);
  map.notes["definition"] =
      "score of the wild type with this base at this position, minus the score of the wild type; 0 outside the window";
  return {std::move(map),
          {.name = "pairs",
           .shape = {window.pairs(), 4, 4},
           .type = NumberType::float32,
           .notes = {{"axes", "pair (see positions), base of its first position (A C G T), base of its second"}}},
          {.name = "dependency",
           .shape = {window.size(), window.size()},
           .type = NumberType::float32,
           .notes = {{"axes", "position of the window, position of the window"},
                     {"definition", "largest absolute epistasis of the two positions' double substitutions"}}}};
}

std::vector<ConstantArray> PairwiseIsmMethod::constants(std::int64_t length) const {
  PairwiseWindow const window = options_.resolved(length);
  std::vector<std::int64_t> positions;
  for (std::int64_t i = window.start; i < window.stop; ++i) {
    for (std::int64_t j = i + 1; j < window.stop; ++j) positions.insert(positions.end(), {i, j});
  }
  return {{.name = "positions",
           .shape = {window.pairs(), 2},
           .values = std::move(positions),
           .notes = {{"axes", "pair, first and second position in the locus's orientation"}}},
          {.name = "window",
           .shape = {2},
           .values = std::vector<std::int64_t>{window.start, window.stop},
           .notes = {{"axes", "start, stop (half-open) in the locus's orientation"}}}};
}

std::map<std::string, std::string> PairwiseIsmMethod::notes() const {
  return {{"definition",
           "epistasis: score of the double substitution, minus the scores of its two single ones, plus the score of "
           "the wild type"},
          {"gauge", "wild type: 0 where a base is the wild type's own; positions that are N are 0"},
          {"units", "units of the task's score"}};
}

std::vector<Attribution> PairwiseIsmMethod::explain(LocusContext const& context) const {
  PairwiseWindow const window = options_.resolved(static_cast<std::int64_t>(context.wild_type.size()));
  std::vector<Mutant> const mutants = mutants_of(changes_in(context.wild_type, window));
  std::vector<float> const scores = scores_of(context, mutants);
  refuse_not_finite(context, mutants, scores);
  std::vector<Attribution> attributions;
  for (std::size_t task = 0; task < context.scorer.tasks().size(); ++task) {
    attributions.push_back(attribution_of(context, window, mutants, scores, task));
  }
  return attributions;
}

}  // namespace shoal::attribution
