// SPDX-License-Identifier: MIT
// p-values against the enumeration of every choice of target columns, and the parts of a comparison.
#include "motif/comparison.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.hpp"

namespace shoal::motif {
namespace {

using ::testing::ElementsAre;

// Motifs of numbers that a small generator gives, each column summing to 1.
std::vector<Motif> some_motifs(int number, int shortest, int longest, unsigned seed) {
  unsigned state = seed;
  auto const draw = [&state] {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % 1000 + 1;
  };
  std::vector<Motif> motifs;
  for (int i = 0; i < number; ++i) {
    Motif motif{"m" + std::to_string(i), "", {}, 0, 0};
    int const width = shortest + static_cast<int>(draw() % static_cast<unsigned>(longest - shortest + 1));
    for (int c = 0; c < width; ++c) {
      Column column{};
      double sum = 0;
      for (double& value : column) sum += value = std::pow(draw() / 1000.0, 3);
      for (double& value : column) value /= sum;
      motif.columns.push_back(column);
    }
    motifs.push_back(motif);
  }
  return motifs;
}

std::vector<Column> target_columns(std::vector<Motif> const& targets) {
  std::vector<Column> all;
  for (Motif const& target : targets) all.insert(all.end(), target.columns.begin(), target.columns.end());
  for (Motif const& target : targets) {
    auto const reversed = reverse_complement(target.columns);
    all.insert(all.end(), reversed.begin(), reversed.end());
  }
  return all;
}

double distance(Column const& a, Column const& b) {
  double square = 0;
  for (std::size_t i = 0; i < 4; ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

// Whole-number scores [query columns][target columns] in double precision, by the definition in comparison.hpp.
struct Oracle {
  std::vector<std::vector<int>> scores;
  int zero = 0;

  Oracle(std::vector<Column> const& query, std::vector<Column> const& all, int bins) {
    std::vector<double> medians;
    double low = INFINITY, high = -INFINITY;
    for (Column const& q : query) {
      std::vector<double> distances;
      for (Column const& y : all) distances.push_back(distance(q, y));
      std::sort(distances.begin(), distances.end());
      std::size_t const n = distances.size();
      medians.push_back((distances[(n - 1) / 2] + distances[n / 2]) / 2);
      low = std::min(low, medians.back() - distances.back());
      high = std::max(high, medians.back() - distances.front());
    }
    double const floor = std::floor(low);
    double const scale = std::floor(bins / std::max(high - floor, 1.0));
    zero = static_cast<int>(-floor * scale);
    for (std::size_t i = 0; i < query.size(); ++i) {
      scores.emplace_back();
      for (Column const& y : all) {
        double const score = (medians[i] - distance(query[i], y) - floor) * scale + 0.5;
        scores.back().push_back(static_cast<int>(std::floor(score)));
      }
    }
  }

  // P(score of the columns first … first + count - 1, the others at zero, ≥ least), by all choices of target columns.
  double tail(std::size_t first, std::size_t count, int least) const {
    std::int64_t hits = 0, all = 0;
    std::function<void(std::size_t, int)> const choose = [&](std::size_t i, int sum) {
      if (i == first + count) {
        ++all;
        hits += sum >= least ? 1 : 0;
        return;
      }
      for (int const score : scores[i]) choose(i + 1, sum + score);
    };
    choose(first, zero * static_cast<int>(scores.size() - count));
    return static_cast<double>(hits) / static_cast<double>(all);
  }

  double p_value(int score, std::size_t width) const {
    std::size_t const n = scores.size();
    double none = 1;
    for (std::int64_t offset = 1 - static_cast<std::int64_t>(n); offset < static_cast<std::int64_t>(width); ++offset) {
      auto const first = static_cast<std::size_t>(std::max<std::int64_t>(0, -offset));
      auto const last = static_cast<std::size_t>(
          std::min<std::int64_t>(static_cast<std::int64_t>(n), static_cast<std::int64_t>(width) - offset));
      none *= 1 - tail(first, last - first, score);
    }
    return 1 - none;
  }
};

TEST(Comparison, PValuesAreThoseOfEveryChoiceOfColumns) {
  auto const targets = some_motifs(5, 1, 4, 7);
  auto const queries = some_motifs(6, 1, 4, 99);
  MotifComparison const comparison(targets, {});
  int compared = 0;
  for (Motif const& query : queries) {
    auto const matches = comparison.compare(query.columns);
    Oracle const oracle(query.columns, target_columns(targets), 100);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      // A score is rounded from distances of 1 in 8,192 of the range, so it may be one off per column.
      double const lower = oracle.p_value(static_cast<int>(matches[t].score + 1), targets[t].columns.size());
      double const upper = oracle.p_value(static_cast<int>(matches[t].score - 1), targets[t].columns.size());
      double const exact = oracle.p_value(static_cast<int>(matches[t].score), targets[t].columns.size());
      EXPECT_GE(matches[t].p, lower * (2 - lower) * (1 - 1e-9));
      EXPECT_LE(matches[t].p, upper * (2 - upper) * (1 + 1e-9));
      compared += std::abs(matches[t].p - exact * (2 - exact)) < 1e-9 ? 1 : 0;
    }
  }
  EXPECT_GE(compared, 24) << "of 30 the same to 9 digits";
}

TEST(Comparison, AMotifFindsItselfOnBothStrands) {
  auto targets = some_motifs(40, 6, 12, 3);
  MotifComparison const comparison(targets, {});
  auto const forward = comparison.compare(targets[5].columns);
  auto const backward = comparison.compare(reverse_complement(targets[5].columns));
  for (std::size_t t = 0; t < targets.size(); ++t) {
    if (t != 5) {
      EXPECT_GT(forward[t].p, forward[5].p);
    }
    EXPECT_NEAR(forward[t].e, forward[t].p * 40, 1e-12);
  }
  EXPECT_EQ(forward[5].strand, '+');
  EXPECT_EQ(forward[5].offset, 0);
  EXPECT_EQ(forward[5].overlap, static_cast<std::int64_t>(targets[5].columns.size()));
  EXPECT_EQ(backward[5].strand, '-');
  EXPECT_EQ(backward[5].offset, 0);
  EXPECT_NEAR(std::log(backward[5].p), std::log(forward[5].p), 0.05);
}

TEST(Comparison, OffsetsCountTargetColumnsAtTheQuerysFirst) {
  auto targets = some_motifs(30, 8, 12, 11);
  MotifComparison const comparison(targets, {});
  std::vector<Column> const inner(targets[3].columns.begin() + 2, targets[3].columns.begin() + 7);
  auto const match = comparison.compare(inner)[3];
  EXPECT_EQ(match.offset, 2);
  EXPECT_EQ(match.overlap, 5);
  std::vector<Column> hanging = some_motifs(1, 2, 2, 5)[0].columns;
  hanging.insert(hanging.end(), targets[3].columns.begin(), targets[3].columns.end());
  EXPECT_EQ(comparison.compare(hanging)[3].offset, -2);
}

TEST(Comparison, ThreadsGiveTheSameBits) {
  auto const targets = some_motifs(30, 4, 12, 11);
  std::vector<std::vector<Column>> queries;
  for (Motif const& motif : some_motifs(20, 3, 20, 21)) queries.push_back(motif.columns);
  MotifComparison const comparison(targets, {});
  auto const one = comparison.compare(queries, 1);
  auto const three = comparison.compare(queries, 3);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    for (std::size_t t = 0; t < targets.size(); ++t) {
      EXPECT_EQ(one[i][t].p, three[i][t].p);
      EXPECT_EQ(one[i][t].score, three[i][t].score);
    }
  }
}

TEST(Comparison, RefusesWhatCannotBeCompared) {
  EXPECT_THROW(MotifComparison({}, {}), Error);
  EXPECT_THROW(MotifComparison(some_motifs(1, 2, 2, 1), {.score_bins = 1}), Error);
  EXPECT_THROW(MotifComparison(some_motifs(1, 2, 2, 1), {}).compare(std::vector<Column>{}), Error);
}

}  // namespace
}  // namespace shoal::motif
