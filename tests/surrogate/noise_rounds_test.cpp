// SPDX-License-Identifier: MIT
// Reweighting by the noise, and MAVE-NN's sizes of curves, on libraries of known truth.
#include "surrogate/epistasis/noise_rounds.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "surrogate/epistasis/epistasis_search.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace shoal::surrogate {
namespace {

GlobalEpistasisFit fit(test::Truth const& truth, GlobalEpistasisOptions const& options) {
  auto const backend = device::Backend::cpu(1);
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {});
  return fit_global_epistasis(features, observations, 0, options);
}

// Squared correlation of phi with the truth's over all rows.
double latent_quality(test::Truth const& truth, std::vector<double> found) {
  auto wanted = truth.phi;
  test::standardise(found);
  test::standardise(wanted);
  double sum = 0;
  for (std::size_t row = 0; row < found.size(); ++row) sum += found[row] * wanted[row];
  return std::pow(sum / static_cast<double>(found.size()), 2);
}

double latent_quality(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  return latent_quality(truth, phi_of(fit.parameters, truth.observations().letters, 1));
}

double held_out(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  auto predicted = phi_of(fit.parameters, truth.observations().letters, 1);
  // A skewed law lies about its mode.
  for (double& value : predicted) value = fit.noise.mean(fit.curve(value));
  return score(truth, truth.observations().split.test, predicted);
}

TEST(NoiseRounds, WeightsAreSlopesOfTheLikelihoodOverDistances) {
  NoiseModel noise;
  noise.log_scale = {std::log(0.4)};
  noise.log_a = {std::log(1.7)};
  noise.log_b = {std::log(0.9)};
  for (NoiseKind const kind : {NoiseKind::gaussian, NoiseKind::cauchy, NoiseKind::skewed_t}) {
    noise.kind = kind;
    noise.mode_shift = kind == NoiseKind::skewed_t ? 0.25 : 0.0;
    double const centre = 1.5 + 0.4 * noise.mode_shift;
    for (double const y : {-1.0, 0.7, 1.4, 1.9, 6.0}) {
      constexpr double step = 1e-5;
      double const slope =
          (noise.negative_log_likelihood(y, 1.5 + step) - noise.negative_log_likelihood(y, 1.5 - step)) / (2 * step);
      EXPECT_NEAR(noise.precision(y, 1.5), -slope / (y - centre), 1e-6) << to_string(kind) << " " << y;
    }
    // At the mode: the limit.
    EXPECT_NEAR(noise.precision(centre, 1.5), noise.precision(centre + 1e-3, 1.5), 0.02);
  }
  noise.kind = NoiseKind::cauchy;
  std::vector<double> const responses{1.5, 1.9, 100}, predictions{1.5, 1.5, 1.5};
  auto const weights = noise_weights(noise, responses, predictions);
  EXPECT_NEAR(weights[0] + weights[1] + weights[2], 3.0, 1e-5);
  EXPECT_NEAR(weights[1] / weights[0], 0.5, 1e-12);
  EXPECT_LT(weights[2], 1e-4);
}

TEST(NoiseRounds, OutliersLoseTheirPull) {
  test::Truth truth = test::drawn_truth({.length = 20, .rows = 3000, .rate = 0.2, .noise = 0.0});
  std::mt19937 generator(9);
  std::cauchy_distribution<double> cauchy(0.0, 0.1);
  for (double& response : truth.responses) response += cauchy(generator);
  GlobalEpistasisOptions options;
  options.noise_order = 0;
  for (CurveKind const curve : {CurveKind::identity, CurveKind::sigmoids}) {
    options.curve = curve;
    options.noise = NoiseKind::gaussian;
    auto const plain = fit(truth, options);
    options.noise = NoiseKind::cauchy;
    auto const robust = fit(truth, options);
    EXPECT_EQ(plain.noise_rounds, 0);
    EXPECT_GE(robust.noise_rounds, 1);
    EXPECT_GT(latent_quality(truth, robust), latent_quality(truth, plain) + 0.02);
    EXPECT_GT(latent_quality(truth, robust), curve == CurveKind::identity ? 0.95 : 0.99);
  }
}

TEST(NoiseRounds, FirstWeightsFallWithTheDistanceFromTheMedian) {
  // Median 2 and MAD 1 of the five rows that are fitted: the last has the distance 3 * 1.4826.
  double const far = 2 + 3 * 1.4826;
  std::vector<double> responses{1, 2, 3, 2, far, 1e6};
  std::vector<double> const before{1, 1, 1, 2, 1, 5};
  std::vector<std::uint8_t> const codes(responses.size(), 0);
  Observations observations;
  observations.letters = {codes.data(), 6, 1, 1};
  observations.responses = {responses.data(), 6, 1, 1};
  observations.weights = before;
  observations.split = {{0, 4}, {4, 5}, {5, 6}};
  auto const weights = outlier_weights(observations, 0);
  double const near = 1 / (1 + 1 / (9 * 1.4826 * 1.4826));
  double const mean = (2 + 2 * near + 0.5) / 5;
  std::vector<double> const wanted{near / mean, 1 / mean, near / mean, 2 / mean, 0.5 / mean, 5};
  ASSERT_EQ(weights.size(), wanted.size());
  for (std::size_t row = 0; row < wanted.size(); ++row) EXPECT_NEAR(weights[row], wanted[row], 1e-12) << row;
  // More than half alike: all the same.
  responses = {2, 2, 2, 7, 2, 0};
  EXPECT_EQ(outlier_weights(observations, 0), before);
}

TEST(NoiseRounds, ARoundThatDoesNotHelpIsNotKept) {
  for (test::TruthNoise const law : {test::TruthNoise::constant, test::TruthNoise::growing, test::TruthNoise::skewed}) {
    test::Truth const truth = test::drawn_truth({.length = 20, .rows = 2500, .rate = 0.2, .noise = 0.5, .law = law});
    for (NoiseKind const kind : {NoiseKind::gaussian, NoiseKind::skewed_t}) {
      GlobalEpistasisOptions options;
      options.noise = kind;
      options.noise_order = 1;
      auto const plain = fit(truth, options);
      options.noise_rounds = 2;
      auto const reweighted = fit(truth, options);
      EXPECT_LE(reweighted.noise_likelihood, plain.noise_likelihood);
      EXPECT_GT(held_out(truth, reweighted), held_out(truth, plain) - 0.01)
          << to_string(kind) << " on law " << static_cast<int>(law);
      if (reweighted.noise_rounds == 0) {
        EXPECT_EQ(reweighted.parameters.additive, plain.parameters.additive);
        EXPECT_EQ(reweighted.lambda_scores, plain.lambda_scores);
      }
    }
  }
  // One scale for all rows: nothing to weigh by.
  test::Truth const truth = test::drawn_truth({.length = 10, .rows = 1000});
  GlobalEpistasisOptions options;
  options.noise_order = 0;
  auto const plain = fit(truth, options);
  options.noise_rounds = 3;
  EXPECT_EQ(fit(truth, options).parameters.additive, plain.parameters.additive);
}

double latent_quality(test::Truth const& truth, LatentData const& data, Candidate const& candidate) {
  return latent_quality(truth, data.phi({0, truth.rows()}, candidate.fits.front().coefficients));
}

// The best curve of a whole search.
Candidate searched(EpistasisSearch const& search) {
  auto const lines = search.linear_path();
  return EpistasisSearch::best(search.curved_path(lines));
}

TEST(NoiseRounds, AFitWithOtherWeightsNeedsNoNewSearch) {
  // Weights that are the truth's own: a tenth of the rows has ten times the noise.
  test::Truth truth = test::drawn_truth({.length = 20, .rows = 3000, .rate = 0.2, .noise = 0.3});
  std::vector<double> weights(truth.responses.size(), 1.0);
  for (std::size_t row = 0; row < weights.size(); row += 10) {
    truth.responses[row] = truth.expected[row] + 10 * (truth.responses[row] - truth.expected[row]);
    weights[row] = 0.01;
  }
  auto const backend = device::Backend::cpu(1);
  Observations observations = truth.observations();
  FeatureOperator const features(*backend, observations, {});
  GlobalEpistasisOptions const options;
  LatentData const plain(features, observations, 0, false);
  Candidate const first = searched({plain, options});
  observations.weights = weights;
  LatentData const weighted(features, observations, 0, false);
  Candidate const whole = searched({weighted, options});
  LatentData const units_kept(features, observations, 0, false, plain.units());
  EXPECT_EQ(units_kept.scale(), plain.scale());
  EXPECT_LT(weighted.scale(), 0.9 * plain.scale());
  Candidate const again = EpistasisSearch(units_kept, options).again(first);
  EXPECT_GT(latent_quality(truth, units_kept, again), latent_quality(truth, plain, first) + 0.01);
  EXPECT_NEAR(latent_quality(truth, units_kept, again), latent_quality(truth, weighted, whole), 0.003);
  EXPECT_NEAR(again.score, whole.score, 0.002);
}

TEST(NoiseRounds, AFitAgainFollowsLambdaWithinTheList) {
  test::Truth const truth = test::drawn_truth({.length = 20, .rows = 3000, .rate = 0.2, .noise = 0.3});
  auto const backend = device::Backend::cpu(1);
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {});
  LatentData const data(features, observations, 0, false);
  for (CurveKind const curve : {CurveKind::identity, CurveKind::sigmoids}) {
    GlobalEpistasisOptions strong;
    strong.curve = curve;
    strong.linear.lambdas = {100};
    EpistasisSearch const search(data, strong);
    Candidate const start = curve == CurveKind::identity ? search.linear_path().front() : searched(search);
    // Alone in the list it stays.
    EXPECT_EQ(search.again(start).lambda, 100);
    GlobalEpistasisOptions listed = strong;
    listed.linear.lambdas = {10, 100, 1};
    Candidate const again = EpistasisSearch(data, listed).again(start);
    EXPECT_LT(again.lambda, 100);
    EXPECT_GE(again.lambda, 1);
    EXPECT_GT(again.score, start.score);
    if (curve == CurveKind::identity) {
      EXPECT_TRUE(again.lambda == 10 || again.lambda == 1) << again.lambda;
    }
  }
}

TEST(CurveKind, ALinearCurveHasItsOwnName) {
  EXPECT_EQ(parse_curve_kind("linear"), CurveKind::identity);
  EXPECT_EQ(parse_curve_kind("identity"), CurveKind::identity);
}

}  // namespace
}  // namespace shoal::surrogate
