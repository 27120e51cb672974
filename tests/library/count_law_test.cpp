// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "library/mutant_sampling.hpp"

namespace shoal::library {
namespace {

using testing::ElementsAre;

constexpr long double two_to_64 = 18446744073709551616.0L;

// P(count = k) that a law's thresholds stand for.
double probability(CountLaw const& law, std::int32_t k) {
  auto const cumulative = [&](std::int64_t index) -> long double {
    if (index < 0) return 0;
    if (index >= static_cast<std::int64_t>(law.thresholds.size())) return two_to_64;
    return static_cast<long double>(law.thresholds[static_cast<std::size_t>(index)]);
  };
  return static_cast<double>((cumulative(k - law.least) - cumulative(k - law.least - 1)) / two_to_64);
}

// In 80 bits: the terms of the exponent reach 4e5 and cancel.
double poisson(long double mean, long double k) {
  return static_cast<double>(std::exp(k * std::log(mean) - mean - std::lgamma(k + 1)));
}

TEST(MeanCount, RoundsUpButNotRoundingErrors) {
  EXPECT_EQ(mean_count(0.1, 30), 3);  // 0.1 * 30 = 3.0000000000000004
  EXPECT_EQ(mean_count(0.1, 249), 25);
  EXPECT_EQ(mean_count(0.1, 250), 25);
  EXPECT_EQ(mean_count(0.1, 251), 26);
  EXPECT_EQ(mean_count(0.29, 100), 29);  // 28.999999999999996
  EXPECT_EQ(mean_count(1e-12, 5), 1);
  EXPECT_EQ(mean_count(1, 5), 5);
  EXPECT_EQ(mean_count(0.999999999999, 5), 5);
  EXPECT_EQ(mean_count(0.5, 0), 0);
}

TEST(PoissonCounts, ByHand) {
  // Mean 1, two sites: P(0) = P(1) = 1/e, P(2) = the rest.
  CountLaw const law = poisson_counts(1, 2);
  EXPECT_EQ(law.least, 0);
  ASSERT_EQ(law.thresholds.size(), 2u);
  EXPECT_NEAR(static_cast<double>(law.thresholds[0]) / 0x1p64, 0.36787944117144233, 1e-16);
  EXPECT_NEAR(static_cast<double>(law.thresholds[1]) / 0x1p64, 0.73575888234288464, 1e-16);
}

TEST(PoissonCounts, OneSiteIsClipped) {
  CountLaw const law = poisson_counts(1, 1);
  EXPECT_EQ(law.least, 0);
  EXPECT_EQ(law.thresholds.size(), 1u);
}

TEST(PoissonCounts, EveryProbabilityIsPoissons) {
  struct {
    std::int32_t mean, sites;
  } const cases[] = {{1, 10}, {25, 249}, {20, 249}, {18, 20}, {249, 249}, {1500, 15000}, {40000, 393216}};
  for (auto const& [mean, sites] : cases) {
    CountLaw const law = poisson_counts(mean, sites);
    auto const last = static_cast<std::int32_t>(law.thresholds.size()) + law.least;
    EXPECT_LE(last, sites);
    EXPECT_TRUE(std::is_sorted(law.thresholds.begin(), law.thresholds.end()));
    for (std::int32_t k = 0; k < last; ++k) {
      EXPECT_NEAR(probability(law, k), poisson(mean, k), 1e-18 + 1e-12 * poisson(mean, k)) << mean << " " << k;
    }
    double tail = 1;
    for (std::int32_t k = 0; k < last; ++k) tail -= poisson(mean, k);
    EXPECT_NEAR(probability(law, last), tail, 1e-11) << mean;
  }
}

TEST(KnownSites, LeavesOutNAndWhatIsOutsideTheWindow) {
  std::vector<std::uint8_t> const codes{0, 4, 1, 2, 4, 3, 0};
  EXPECT_THAT(known_sites(codes, 0, 7), ElementsAre(0, 2, 3, 5, 6));
  EXPECT_THAT(known_sites(codes, 1, 6), ElementsAre(2, 3, 5));
  EXPECT_THAT(known_sites(codes, 4, 5), ElementsAre());
}

TEST(MutantSampling, BernoulliThirdsAreEqualAndMatchTheRate) {
  Design design;
  design.law = MutationLaw::bernoulli;
  std::vector<std::uint8_t> const codes(10, 0);
  for (double rate : {0.1, 0.5, 0.999, 1e-6, 1e-18, 1e-300}) {
    design.rate = rate;
    kernels::MutantSampling const sampling = make_sampling(design, 0, codes).sampling;
    EXPECT_TRUE(sampling.independent_sites);
    EXPECT_EQ(sampling.last_changing, 3 * sampling.third - 1);
    EXPECT_NEAR((static_cast<double>(sampling.last_changing) + 1) / 0x1p64, rate, 0x1p-52 * rate + 0x1p-62) << rate;
  }
  design.rate = 1;
  EXPECT_EQ(make_sampling(design, 0, codes).sampling.last_changing, ~std::uint64_t{0});
}

TEST(MutantSampling, NothingKnownChangesNothing) {
  std::vector<std::uint8_t> const codes(10, kernels::code_n);
  for (MutationLaw law : {MutationLaw::poisson, MutationLaw::fixed, MutationLaw::bernoulli}) {
    Design design;
    design.law = law;
    HostSampling const host = make_sampling(design, 0, codes);
    EXPECT_EQ(host.sampling.site_count, 0);
    EXPECT_EQ(host.sampling.least_count, 0);
    EXPECT_EQ(host.sampling.threshold_count, 0);
  }
}

}  // namespace
}  // namespace shoal::library
