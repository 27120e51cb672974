// SPDX-License-Identifier: MIT
// What makes global epistasis of pairs cheap: the share of the information that the preconditioner counts, fits that
// end early, and penalties that are not tried.
#include <gtest/gtest.h>

#include <cmath>

#include "surrogate/epistasis/effective_share.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis/hopeless_fit.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace shoal::surrogate {
namespace {

// With equal penalties d, n rows of weight 1 and p coefficients, n v² + (d - n + p) v - d = 0.
TEST(EffectiveShare, IsTheRootOfItsQuadratic) {
  EXPECT_NEAR(effective_share({1, 1, 1, 1}, std::vector<double>(8, 2.0)), (std::sqrt(68.0) - 6) / 8, 1e-3);
  EXPECT_NEAR(effective_share(std::vector<double>(100, 1.0), {5.0}), (94 + std::sqrt(94.0 * 94 + 2000)) / 200, 1e-3);
  // Rows without weight tell nothing.
  EXPECT_NEAR(effective_share({1, 0, 1, 1, 0, 1}, std::vector<double>(8, 2.0)), (std::sqrt(68.0) - 6) / 8, 1e-3);
}

TEST(EffectiveShare, IsOneWithoutPenalty) {
  EXPECT_EQ(effective_share({1, 1}, {1.0, 0.0}), 1.0);
}

TEST(EffectiveShare, IsForMorePairsThanNeighbours) {
  test::Truth const truth = test::drawn_truth({.length = 12, .rows = 300});
  auto const backend = device::Backend::cpu(1);
  auto const with = [&](Interactions interactions) {
    return has_many_pairs(FeatureOperator(*backend, truth.observations(), {interactions, 0, std::nullopt}).layout());
  };
  EXPECT_TRUE(with(Interactions::pairwise));
  EXPECT_FALSE(with(Interactions::neighbour));
  EXPECT_FALSE(with(Interactions::additive));
}

TEST(HopelessFit, GivesUpAfterTwoFallsBelowTheLeast) {
  test::Truth const truth = test::drawn_truth({.length = 6, .rows = 400});
  auto const backend = device::Backend::cpu(1);
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {});
  LatentData const data(features, observations, 0, false);
  CurveShape shape;
  shape.kind = CurveKind::identity;
  auto const looks = [&](double least, std::vector<double> const& sizes) {
    HopelessFit watch(data, shape, least);
    std::vector<bool> answers;
    for (double const size : sizes) {
      LatentFit fit;
      fit.coefficients.assign(static_cast<std::size_t>(features.parameters()), size);
      fit.curve = {0.0};
      answers.push_back(watch.gives_up(fit));
    }
    return answers;
  };
  // Effects that are far too large: the larger, the worse.
  EXPECT_EQ(looks(0, {10, 20, 30}), (std::vector<bool>{false, false, true}));
  EXPECT_EQ(looks(0, {30, 20, 10}), (std::vector<bool>{false, false, false}));
  EXPECT_EQ(looks(0, {10, 20, 15, 30, 40}), (std::vector<bool>{false, false, false, false, true}));
  EXPECT_EQ(looks(-1e12, {10, 20, 30}), (std::vector<bool>{false, false, false}));
}

TEST(EpistasisOfPairs, SkipsHopelessPenaltiesWithTheSameBitsForAnyThreads) {
  test::Truth const truth = test::drawn_truth({.length = 24, .rows = 1500, .pairwise = true, .noise = 1.0});
  Observations const observations = truth.observations();
  GlobalEpistasisOptions options;
  options.linear.lambdas = {1e-4, 1e-3, 100, 1000};
  auto const fitted = [&](int threads) {
    auto const backend = device::Backend::cpu(threads);
    FeatureOperator const features(*backend, observations, {Interactions::pairwise, 0, std::nullopt});
    return fit_global_epistasis(features, observations, 0, options);
  };
  GlobalEpistasisFit const fit = fitted(1);
  EXPECT_GE(fit.lambda, 100);
  EXPECT_TRUE(std::isnan(fit.lambda_scores[0]));
  EXPECT_FALSE(std::isnan(fit.lambda_scores[3]));
  GlobalEpistasisFit const same = fitted(3);
  EXPECT_EQ(fit.lambda, same.lambda);
  EXPECT_EQ(fit.parameters.additive, same.parameters.additive);
  EXPECT_EQ(fit.parameters.pair_effects, same.parameters.pair_effects);
  EXPECT_EQ(fit.noise_likelihood, same.noise_likelihood);
}

}  // namespace
}  // namespace shoal::surrogate
