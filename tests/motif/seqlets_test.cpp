// SPDX-License-Identifier: MIT
// Seqlets on small tracks: the recursion by an independent oracle, windows on planted stretches.
#include "motif/seqlets.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "motif/calling/isotonic.hpp"
#include "motif/calling/legacy_random.hpp"

namespace shoal::motif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

// Noise of a small generator with stretches of 8 raised positions.
std::vector<double> noisy_track(std::int64_t loci, std::int64_t length, double height, std::uint32_t seed) {
  LegacyRandom random(seed);
  std::vector<double> track;
  for (std::int64_t locus = 0; locus < loci; ++locus) {
    for (std::int64_t i = 0; i < length; ++i) {
      bool const is_raised = i >= length / 2 && i < length / 2 + 8;
      track.push_back((random.uniform() + random.uniform() - 1) * 0.2 + (is_raised ? height : 0));
    }
  }
  return track;
}

// p-value of every span by the definition: a map from sums of bins to probabilities, convolved.
class SpanOracle {
 public:
  SpanOracle(std::vector<double> const& track, std::int64_t bins, std::int64_t longest) {
    auto const [low, high] = std::minmax_element(track.begin(), track.end());
    lowest_ = *low;
    width_ = (*high - *low) / static_cast<double>(bins - 1);
    std::map<std::int64_t, double> one;
    for (double const value : track) one[bin(value)] += 1 / static_cast<double>(track.size());
    std::map<std::int64_t, double> sums = {{0, 1}};
    for (std::int64_t n = 1; n <= longest; ++n) {
      std::map<std::int64_t, double> next;
      for (auto const& [sum, share] : sums) {
        for (auto const& [value, other] : one) next[sum + value] += share * other;
      }
      sums = next;
      distributions_.push_back(sums);
    }
  }
  std::int64_t bin(double value) const { return static_cast<std::int64_t>(std::floor((value - lowest_) / width_)); }
  double p(std::vector<double> const& row, std::int64_t start, std::int64_t count) const {
    std::int64_t sum = 0;
    for (std::int64_t i = start; i < start + count; ++i) sum += bin(row[static_cast<std::size_t>(i)]);
    double tail = 0;
    auto const& distribution = distributions_[static_cast<std::size_t>(count - 1)];
    for (auto entry = distribution.lower_bound(sum); entry != distribution.end(); ++entry) tail += entry->second;
    return tail;
  }

 private:
  double lowest_ = 0;
  double width_ = 0;
  std::vector<std::map<std::int64_t, double>> distributions_;
};

TEST(RecursiveSeqlets, EverySpanWithinIsSignificantAndNoLongerOneIs) {
  std::int64_t const length = 60, loci = 20;
  auto const track = noisy_track(loci, length, 0.15, 5);
  RecursiveOptions options;
  options.longest = 12;
  options.bins = 40;
  options.threshold = 0.05;
  RecursiveCaller const caller(track, options);
  auto const seqlets = caller.call(track, length, options.threshold);
  ASSERT_GT(seqlets.size(), 10U);
  SpanOracle const oracle(track, options.bins, options.longest);
  for (Seqlet const& seqlet : seqlets) {
    std::vector<double> const row(track.begin() + seqlet.locus * length, track.begin() + (seqlet.locus + 1) * length);
    EXPECT_NEAR(seqlet.p, oracle.p(row, seqlet.start, seqlet.end - seqlet.start), 1e-12);
    double sum = 0;
    for (std::int64_t i = seqlet.start; i < seqlet.end; ++i) sum += row[static_cast<std::size_t>(i)];
    EXPECT_NEAR(seqlet.attribution, sum, 1e-12);
    for (std::int64_t start = seqlet.start; start < seqlet.end; ++start) {
      for (std::int64_t count = options.shortest; start + count <= seqlet.end; ++count) {
        EXPECT_LT(oracle.p(row, start, count), options.threshold);
      }
    }
    for (Seqlet const& other : seqlets) {
      bool const is_other = &other != &seqlet && other.locus == seqlet.locus;
      EXPECT_FALSE(is_other && other.start < seqlet.end && seqlet.start < other.end);
    }
  }
}

TEST(RecursiveSeqlets, EqualValuesHaveNone) {
  std::vector<double> const track(100, 1.0);
  EXPECT_TRUE(RecursiveCaller(track, {}).call(track, 50, 0.01).empty());
}

TEST(RecursiveSeqlets, FalseDiscoveryRateCountsControls) {
  auto const track = noisy_track(30, 80, 0.3, 1), control = noisy_track(60, 80, 0, 2);
  RecursiveCaller const caller(track, {});
  auto const rates = false_discovery_rates(caller, track, 80, control, 80);
  ASSERT_EQ(rates.size(), 117U);
  EXPECT_DOUBLE_EQ(rates[0].threshold, 0.1);
  EXPECT_NEAR(rates[4].threshold, 0.01, 1e-15);
  EXPECT_EQ(rates[4].calls, static_cast<std::int64_t>(caller.call(track, 80, rates[4].threshold).size()));
  EXPECT_DOUBLE_EQ(rates[4].rate,
                   static_cast<double>(rates[4].control_calls + 1) / 2 / static_cast<double>(rates[4].calls));
}

TEST(Isotonic, PoolsViolatorsAndEqualPlaces) {
  auto const fit = isotonic_fit({{1, 1, 1}, {2, 3, 1}, {3, 2, 1}, {3, 0, 1}, {4, 5, 2}});
  std::vector<double> y;
  for (auto const& point : fit) y.push_back(point.y);
  // At 3 the mean is 1 with weight 2; with 3 at 2 the pool is 5/3.
  EXPECT_THAT(y, ElementsAre(1, DoubleNear(5.0 / 3, 1e-12), DoubleNear(5.0 / 3, 1e-12), 5));
}

// numpy.random.RandomState(1234): uniform(size=3), and permutation(6).
TEST(LegacyRandom, IsNumpys) {
  LegacyRandom random(1234);
  EXPECT_NEAR(random.uniform(), 0.1915194503788923, 1e-15);
  EXPECT_NEAR(random.uniform(), 0.6221087710398319, 1e-15);
  EXPECT_NEAR(random.uniform(), 0.4377277390071145, 1e-15);
  EXPECT_THAT(LegacyRandom(1234).permutation(6), ElementsAre(2, 1, 5, 0, 4, 3));
}

TEST(WindowSeqlets, PlantedStretchesAreFound) {
  AttributionMaps maps;
  maps.loci = 100;
  maps.length = 100;
  maps.codes.assign(100 * 100, 0);
  maps.hypothetical.assign(100 * 4 * 100, 0);
  maps.places.resize(100);
  LegacyRandom random(3);
  for (std::int64_t locus = 0; locus < 100; ++locus) {
    for (std::int64_t i = 0; i < 100; ++i) {
      bool const is_raised = locus % 2 == 0 && i >= 30 && i < 38, is_lowered = locus % 4 == 0 && i >= 70 && i < 78;
      double const value = (random.uniform() - random.uniform()) * 0.1 + (is_raised ? 1 : is_lowered ? -1 : 0);
      maps.hypothetical[static_cast<std::size_t>(locus * 400 + i)] = static_cast<float>(value);
    }
  }
  WindowOptions options;
  options.window = 10;
  auto const found = window_seqlets(maps, options);
  EXPECT_EQ(found.positive.size(), 50U);
  EXPECT_EQ(found.negative.size(), 25U);
  for (Seqlet const& seqlet : found.positive) {
    EXPECT_EQ(seqlet.locus % 2, 0);
    EXPECT_LE(seqlet.start, 30);
    EXPECT_GE(seqlet.end, 38);
    EXPECT_EQ(seqlet.end - seqlet.start, 20);
  }
  options.window = 200;
  EXPECT_THROW(window_seqlets(maps, options), Error);
}

}  // namespace
}  // namespace shoal::motif
