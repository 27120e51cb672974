// SPDX-License-Identifier: MIT
#include "compare/statistics/estimates.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/index.hpp"
#include "compare/metrics/direction_divergence.hpp"
#include "compare/metrics/kmer_divergence.hpp"
#include "mpi/agree.hpp"

namespace shoal::compare {

namespace {

// Numbers in memory while columns are resampled: 8 MB, and twice that again.
constexpr std::size_t tile_numbers = std::size_t{1} << 20;
constexpr std::size_t widest_tile = 256;

enum class Kind { column, words, directions, replicates };

// What a rank found, as numbers: kind, place, count, numbers.
class Findings {
 public:
  void add(Kind kind, std::size_t place, std::vector<double> const& numbers) {
    numbers_.push_back(static_cast<double>(kind));
    numbers_.push_back(static_cast<double>(place));
    numbers_.push_back(static_cast<double>(numbers.size()));
    numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  }
  void add(Kind kind, std::size_t place, Estimate const& found) {
    add(kind, place,
        std::vector<double>{found.value, found.error, found.lower, found.upper, static_cast<double>(found.loci)});
  }
  std::string text() const {
    return {reinterpret_cast<char const*>(numbers_.data()), numbers_.size() * sizeof(double)};
  }

 private:
  std::vector<double> numbers_;
};

void take(std::string const& text, Estimates& all) {
  std::vector<double> numbers(text.size() / sizeof(double));
  if (!text.empty()) std::memcpy(numbers.data(), text.data(), text.size());
  for (auto next = numbers.begin(); next != numbers.end();) {
    auto const kind = static_cast<Kind>(static_cast<int>(*next++));
    auto const place = static_cast<std::size_t>(*next++);
    auto const count = static_cast<std::ptrdiff_t>(*next++);
    std::vector<double> const values(next, next + count);
    next += count;
    if (kind == Kind::replicates) {
      all.replicates[place] = values;
      continue;
    }
    auto& list = kind == Kind::column ? all.columns : kind == Kind::words ? all.words : all.directions;
    list[place] = {values[0], values[1], values[2], values[3], static_cast<std::int64_t>(values[4])};
  }
}

// weights · counts: [groups] · [groups][size].
template <class Number>
void add_weighted(std::vector<std::vector<Number>> const& groups, std::span<std::uint32_t const> weights,
                  std::vector<double>& sums) {
  std::fill(sums.begin(), sums.end(), 0.0);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (weights[group] == 0) continue;
    double const weight = weights[group];
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * static_cast<double>(groups[group][i]);
  }
}

// The divergences of one unit for all loci (first) and for each resample of groups.
class DivergenceResamples {
 public:
  DivergenceResamples(MeasuredGroups const& groups, BootstrapOptions const& options)
      : groups_(groups), options_(options) {
    std::vector<std::vector<std::uint32_t>> words;
    for (GroupReader const& group : groups.readers) words.push_back(group.words(0));
    auto const count = static_cast<std::int64_t>(groups.readers.size());
    weights_.emplace_back(groups.readers.size(), 1U);
    if (count > 1) {
      for (std::int64_t number = 0; number < options.resamples; ++number) {
        weights_.push_back(resample(options.seed, number, count));
      }
    }
    for (auto const& weights : weights_) {
      std::vector<double> sums(at(word_count));
      add_weighted(words, weights, sums);
      all_words_.emplace_back(sums.begin(), sums.end());
    }
  }

  Estimate words(std::size_t unit) const {
    std::vector<std::vector<std::uint32_t>> counts;
    for (GroupReader const& group : groups_.readers) counts.push_back(group.words(1 + unit));
    std::vector<double> sums(at(word_count)), values;
    for (std::size_t number = 0; number < weights_.size(); ++number) {
      add_weighted(counts, weights_[number], sums);
      values.push_back(word_divergence(sums, all_words_[number]));
    }
    return made(values);
  }

  Estimate directions(std::size_t unit) const {
    std::vector<std::vector<double>> histograms;
    for (GroupReader const& group : groups_.readers) histograms.push_back(group.directions(unit));
    std::vector<double> sums(at(direction_bins)), values;
    for (auto const& weights : weights_) {
      add_weighted(histograms, weights, sums);
      values.push_back(direction_divergence(sums));
    }
    return made(values);
  }

 private:
  Estimate made(std::vector<double> const& values) const {
    return estimate(values.front(), static_cast<std::int64_t>(groups_.rows), {values.begin() + 1, values.end()},
                    options_.confidence);
  }

  MeasuredGroups const& groups_;
  BootstrapOptions const& options_;
  std::vector<std::vector<std::uint32_t>> weights_;
  std::vector<std::vector<double>> all_words_;
};

void resample_columns(MeasuredGroups const& groups, BootstrapOptions const& options,
                      std::vector<std::size_t> const& kept, std::size_t first, std::size_t count, Findings& found) {
  ColumnMeans made = bootstrap_means(groups.columns(first, count), groups.rows, options.seed, options.resamples);
  for (std::size_t i = 0; i < count; ++i) {
    bool const is_kept = std::ranges::find(kept, first + i) != kept.end();
    if (is_kept) found.add(Kind::replicates, first + i, made.replicates[i]);
    found.add(Kind::column, first + i,
              estimate(made.means[i], made.loci[i], std::move(made.replicates[i]), options.confidence));
  }
}

}  // namespace

std::vector<double> MeasuredGroups::columns(std::size_t first, std::size_t count) const {
  std::vector<double> values(count * rows);
  std::size_t place = 0;
  for (GroupReader const& group : readers) {
    group.read_columns(first, count, values, rows, place);
    place += group.rows();
  }
  return values;
}

Estimates make_estimates(mpi::Communicator const& communicator, MeasuredGroups const& groups,
                         BootstrapOptions const& options, std::vector<std::size_t> const& kept) {
  Findings found;
  auto const rank = at(communicator.rank()), ranks = at(communicator.size());
  mpi::together(communicator, [&] {
    std::size_t const width = std::clamp(tile_numbers / groups.rows, std::size_t{1}, widest_tile);
    std::size_t const tiles = (groups.shape.columns + width - 1) / width;
    for (std::size_t tile = rank; tile < tiles; tile += ranks) {
      std::size_t const first = tile * width;
      resample_columns(groups, options, kept, first, std::min(width, groups.shape.columns - first), found);
    }
    DivergenceResamples const divergences(groups, options);
    for (std::size_t unit = rank; unit < groups.shape.units; unit += ranks) {
      found.add(Kind::words, unit, divergences.words(unit));
      found.add(Kind::directions, unit, divergences.directions(unit));
    }
  });
  Estimates all{.columns = std::vector<Estimate>(groups.shape.columns),
                .words = std::vector<Estimate>(groups.shape.units),
                .directions = std::vector<Estimate>(groups.shape.units),
                .replicates = {}};
  for (std::string const& text : communicator.gather_all(found.text())) take(text, all);
  return all;
}

}  // namespace shoal::compare
