// SPDX-License-Identifier: MIT
// Metrics beside the numbers of an independent NumPy program (tests/data/compare/make_compare.py).
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "compare/metrics/direction_divergence.hpp"
#include "compare/metrics/kmer_divergence.hpp"
#include "compare/metrics/position_scores.hpp"
#include "compare/metrics/validity.hpp"
#include "support/data.hpp"

namespace shoal::compare {
namespace {

struct Case {
  std::vector<std::uint8_t> codes;
  std::vector<double> map, probabilities;
  std::vector<std::vector<double>> metrics;  // [forms][auroc, aupr, average precision, snr, top mass]
  std::vector<double> cosines;
};

std::vector<double> numbers(std::ifstream& file, std::size_t count) {
  std::vector<double> values;
  std::string word;
  for (std::size_t i = 0; i < count && file >> word; ++i) values.push_back(std::stod(word));
  return values;
}

struct Golden {
  Golden() {
    std::ifstream file(shoal::test::data("compare/metrics.txt"));
    auto const size = numbers(file, 2);
    auto const length = static_cast<std::size_t>(size.at(1));
    for (int i = 0; i < size[0]; ++i) {
      Case& each = cases.emplace_back();
      for (double const code : numbers(file, length)) each.codes.push_back(static_cast<std::uint8_t>(code));
      each.map = numbers(file, 4 * length);
      each.probabilities = numbers(file, 4 * length);
      for (std::size_t form = 0; form < position_forms.size(); ++form) each.metrics.push_back(numbers(file, 5));
      each.cosines = numbers(file, 2);
    }
    for (int i = 0; i < 6; ++i) divergences.push_back(numbers(file, 2));
    words = numbers(file, 1).at(0);
  }
  std::vector<Case> cases;
  std::vector<std::vector<double>> divergences;  // orthonormal, published × shares .1, .5, .99: cutoff, divergence
  double words = 0;
};

TEST(Metrics, EqualNumPy) {
  Golden const golden;
  ASSERT_EQ(golden.cases.size(), 8U);
  for (Case const& each : golden.cases) {
    auto const labels = label_positions(information(each.probabilities), each.codes, 0.1, false);
    auto const scores = position_scores(each.map, each.codes);
    for (std::size_t form = 0; form < scores.size(); ++form) {
      SCOPED_TRACE(to_string(position_forms[form]));
      Ranking const ranking = rank_positions(scores[form], labels);
      EXPECT_NEAR(ranking.auroc, each.metrics[form][0], 1e-9);
      EXPECT_NEAR(ranking.aupr, each.metrics[form][1], 1e-9);
      EXPECT_NEAR(ranking.average_precision, each.metrics[form][2], 1e-9);
      EXPECT_NEAR(signal_to_noise(scores[form], labels, 10), each.metrics[form][3], 1e-9);
      EXPECT_NEAR(top_mass(scores[form], labels), each.metrics[form][4], 4e-3);  // a mean over random orders
    }
    EXPECT_NEAR(truth_cosine(each.map, each.probabilities, each.codes), each.cosines[0], 1e-9);
    EXPECT_NEAR(truth_cosine(corrected(each.map), each.probabilities, each.codes), each.cosines[1], 1e-9);
  }
}

TEST(Metrics, DivergencesEqualNumPy) {
  Golden const golden;
  std::size_t next = 0;
  for (auto const basis : {DirectionBasis::orthonormal, DirectionBasis::published}) {
    std::vector<std::vector<Direction>> points;
    std::vector<std::int64_t> radii(radius_bins);
    for (Case const& each : golden.cases) {
      points.push_back(directions(each.map, basis));
      count_radii(points.back(), radii);
    }
    for (double const share : {.1, .5, .99}) {
      auto const& expected = golden.divergences[next++];
      // Bins are half a percent wide; where points are few, NumPy interpolates over wider gaps.
      EXPECT_NEAR(radius_cutoff(radii, share), expected[0], 0.02 * expected[0]);
      std::vector<double> histogram(direction_bins);
      for (auto const& each : points) add_directions(each, expected[0], histogram);
      EXPECT_NEAR(direction_divergence(histogram), expected[1], 1e-9);
    }
  }
  std::vector<std::uint32_t> high(word_count), all(word_count);
  for (Case const& each : golden.cases) {
    count_words(each.codes, all);
    count_high_words(each.map, each.codes, high);
  }
  std::vector<double> const high_words(high.begin(), high.end()), all_words(all.begin(), all.end());
  EXPECT_NEAR(word_divergence(high_words, all_words), golden.words, 1e-9);
}

TEST(Metrics, TiesCountHalfAndEqualMapsAreWorthNothing) {
  std::vector<Label> const labels = {Label::motif, Label::background, Label::motif, Label::background, Label::neither};
  std::vector<double> const flat(5, 0.25);
  EXPECT_DOUBLE_EQ(rank_positions(flat, labels).auroc, 0.5);
  EXPECT_DOUBLE_EQ(rank_positions(flat, labels).average_precision, 0.5);
  EXPECT_DOUBLE_EQ(rank_positions(flat, labels).aupr, 0.75);  // from precision 1 at recall 0 to 1/2 at recall 1
  EXPECT_DOUBLE_EQ(top_mass(flat, labels), 0.5);
  std::vector<double> const perfect = {3, 1, 2, 0, 9};
  EXPECT_DOUBLE_EQ(rank_positions(perfect, labels).auroc, 1);
  EXPECT_DOUBLE_EQ(rank_positions(perfect, labels).aupr, 1);
  EXPECT_DOUBLE_EQ(top_mass(perfect, labels), 1);
  EXPECT_DOUBLE_EQ(signal_to_noise(perfect, labels, 1), 2.5);
  EXPECT_DOUBLE_EQ(signal_to_noise(perfect, labels, 2), 0);  // only one background score is positive
  EXPECT_TRUE(std::isnan(rank_positions(perfect, std::vector<Label>(5, Label::background)).auroc));
}

TEST(Metrics, BetweenTruthAndThresholdCountsOnlyWhenAsked) {
  std::vector<double> const truth = {0, 0.05, 2};
  std::vector<std::uint8_t> const codes = {0, 1, 2};
  EXPECT_THAT(label_positions(truth, codes, 0.1, false),
              testing::ElementsAre(Label::background, Label::neither, Label::motif));
  EXPECT_THAT(label_positions(truth, codes, 0.1, true),
              testing::ElementsAre(Label::background, Label::background, Label::motif));
}

TEST(Metrics, CorrectionChangesNoDivergence) {
  Golden const golden;
  Case const& each = golden.cases.front();
  auto const raw = directions(each.map, DirectionBasis::orthonormal);
  auto const again = directions(corrected(each.map), DirectionBasis::orthonormal);
  for (std::size_t i = 0; i < raw.size(); ++i) EXPECT_NEAR(raw[i].radius, again[i].radius, 1e-12);
}

}  // namespace
}  // namespace shoal::compare
