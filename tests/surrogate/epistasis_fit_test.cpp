// SPDX-License-Identifier: MIT
// Global epistasis on libraries of known truth: held-out quality, invariants, degenerate input.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis/latent_data.hpp"
#include "surrogate/epistasis_truth.hpp"

namespace shoal::surrogate {
namespace {

GlobalEpistasisFit fit(test::Truth const& truth, Interactions interactions, GlobalEpistasisOptions const& options = {},
                       int threads = 1) {
  auto const backend = device::Backend::cpu(threads);
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {interactions, 0, std::nullopt});
  return fit_global_epistasis(features, observations, 0, options);
}

GlobalEpistasisOptions linear() {
  GlobalEpistasisOptions options;
  options.curve = CurveKind::identity;
  return options;
}

std::vector<double> phi(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  return phi_of(fit.parameters, truth.observations().letters, 1);
}

std::vector<double> predictions(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  std::vector<double> values = phi(truth, fit);
  for (double& value : values) value = fit.curve(value);
  return values;
}

double held_out(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  return score(truth, truth.observations().split.test, predictions(truth, fit));
}

double ceiling(test::Truth const& truth) {
  return score(truth, truth.observations().split.test, truth.expected);
}

void expect_sound(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  std::vector<double> const values = phi(truth, fit);
  auto const train = static_cast<std::size_t>(truth.observations().split.train.end);
  double mean = 0;
  double square = 0;
  for (std::size_t row = 0; row < train; ++row) {
    mean += values[row] / static_cast<double>(train);
    square += values[row] * values[row] / static_cast<double>(train);
  }
  EXPECT_NEAR(mean, 0, 1e-10);
  EXPECT_NEAR(square, 1, 1e-10);
  for (double place = -8; place < 8; place += 0.1) EXPECT_GE(fit.curve(place + 0.1), fit.curve(place));
  EXPECT_GE(fit.flat_fraction, 0);
  EXPECT_LE(fit.flat_fraction, 1);
  for (double const value : fit.lambda_scores) EXPECT_TRUE(std::isfinite(value));
}

TEST(GlobalEpistasis, ReachesTheNoiseCeilingWithTwentyMutantsAParameter) {
  for (auto const law : {test::TruthNoise::constant, test::TruthNoise::growing, test::TruthNoise::skewed}) {
    for (std::int64_t const length : {50, 100}) {
      test::Truth const truth =
          test::drawn_truth({.length = length, .rows = 20 * (3 * length + 1) * 10 / 8, .law = law});
      GlobalEpistasisFit const found = fit(truth, Interactions::additive);
      EXPECT_GT(held_out(truth, found), ceiling(truth) - 0.01) << length << " law " << static_cast<int>(law);
      EXPECT_TRUE(found.converged);
      EXPECT_EQ(found.diagnostic, "");
      expect_sound(truth, found);
    }
  }
}

TEST(GlobalEpistasis, ReachesTheNoiseCeilingOnALongSequence) {
  test::Truth const truth = test::drawn_truth({.length = 249, .rows = 20 * 748 * 10 / 8});
  GlobalEpistasisFit const found = fit(truth, Interactions::additive);
  EXPECT_GT(held_out(truth, found), ceiling(truth) - 0.01);
  EXPECT_GT(held_out(truth, found), held_out(truth, fit(truth, Interactions::additive, linear())) + 0.02);
  expect_sound(truth, found);
}

TEST(GlobalEpistasis, ReachesTheNoiseCeilingWithPairs) {
  test::Truth const truth = test::drawn_truth({.length = 10, .rows = 20 * 436 * 10 / 8, .pairwise = true, .rate = 0.4});
  GlobalEpistasisFit const found = fit(truth, Interactions::pairwise);
  EXPECT_GT(held_out(truth, found), ceiling(truth) - 0.01);
  expect_sound(truth, found);
}

TEST(GlobalEpistasis, ConvexAndConcaveCurvesAndSplines) {
  for (auto const kind : {CurveKind::sigmoids, CurveKind::spline}) {
    for (double const sign : {1.0, -1.0}) {
      test::TruthOptions options{.length = 40, .rows = 4000};
      options.curve = [&](double value) { return sign * std::log1p(std::exp(3 * sign * value)); };
      test::Truth const truth = test::drawn_truth(options);
      GlobalEpistasisOptions fit_options;
      fit_options.curve = kind;
      GlobalEpistasisFit const found = fit(truth, Interactions::additive, fit_options);
      EXPECT_GT(held_out(truth, found), ceiling(truth) - 0.01) << to_string(kind) << sign;
      EXPECT_EQ(found.curve.kind, kind);
      expect_sound(truth, found);
    }
  }
}

TEST(GlobalEpistasis, FiftySigmoidsDoAsWellAsThree) {
  test::Truth const truth = test::drawn_truth({.length = 30, .rows = 25 * 91});
  GlobalEpistasisOptions options;
  GlobalEpistasisFit const three = fit(truth, Interactions::additive, options);
  options.sigmoids = 50;
  GlobalEpistasisFit const fifty = fit(truth, Interactions::additive, options);
  EXPECT_EQ(fifty.curve.heights.size(), 50u);
  EXPECT_GT(held_out(truth, fifty), ceiling(truth) - 0.01);
  EXPECT_NEAR(held_out(truth, fifty), held_out(truth, three), 0.005);
  expect_sound(truth, fifty);
}

TEST(GlobalEpistasis, ALinearTruthStaysALine) {
  for (unsigned const seed : {1u, 2u, 3u, 4u}) {
    test::TruthOptions options{.length = 40, .rows = 4000, .seed = seed};
    options.curve = [](double value) { return 5 + 2 * value; };
    test::Truth const truth = test::drawn_truth(options);
    GlobalEpistasisFit const found = fit(truth, Interactions::additive);
    std::vector<double> const values = phi(truth, found);
    auto const [low, high] = std::minmax_element(values.begin(), values.end());
    double const rise = (found.curve(*high) - found.curve(*low)) / (*high - *low);
    for (double share = 0; share <= 1; share += 0.05) {
      double const place = *low + share * (*high - *low);
      EXPECT_NEAR(found.curve(place), found.curve(*low) + rise * (place - *low), 0.01 * 2.06) << "seed " << seed;
    }
  }
}

TEST(GlobalEpistasis, NeverWorseThanRidgeWithFewerMutantsThanParameters) {
  int seen = 0;
  for (unsigned const seed : {1u, 2u, 3u}) {
    for (auto const interactions : {Interactions::additive, Interactions::pairwise}) {
      test::Truth const truth =
          test::drawn_truth({.length = interactions == Interactions::additive ? 100 : 15, .rows = 400, .seed = seed});
      GlobalEpistasisFit const found = fit(truth, interactions);
      EXPECT_GT(held_out(truth, found), held_out(truth, fit(truth, interactions, linear())) - 0.005);
      expect_sound(truth, found);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 6);
}

// A small library's validation rows are too few to choose by: one in ten of 800 rows are 80.
TEST(GlobalEpistasis, SmallLibrariesAreJudgedByFolds) {
  double ridge = 0;
  double curved = 0;
  std::vector<double> fixed(4, 0.0);
  for (unsigned const seed : {1u, 2u, 3u, 4u, 5u, 6u}) {
    test::Truth const truth = test::drawn_truth({.length = 60, .rows = 800, .noise = 0.5, .seed = seed});
    ridge += held_out(truth, fit(truth, Interactions::additive, linear())) / 6;
    curved += held_out(truth, fit(truth, Interactions::additive)) / 6;
    for (std::size_t i = 0; i < fixed.size(); ++i) {
      GlobalEpistasisOptions one = linear();
      one.linear.lambdas = {linear().linear.lambdas[i]};
      fixed[i] += held_out(truth, fit(truth, Interactions::additive, one)) / 6;
    }
  }
  EXPECT_GT(ridge, *std::max_element(fixed.begin(), fixed.end()) - 0.02);
  EXPECT_GT(curved, ridge + 0.02);
}

TEST(LatentData, FoldsJudgeEveryRowOnceByFitsThatDoNotSeeIt) {
  test::Truth const truth = test::drawn_truth({.length = 6, .rows = 103});
  auto const backend = device::Backend::cpu(1);
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {});
  LatentData const data(features, observations, 0, false);
  ASSERT_EQ(data.splits().size(), 5u);
  std::int64_t next = 0;
  for (LatentSplit const& split : data.splits()) {
    EXPECT_EQ(split.judges.range.begin, next);
    EXPECT_EQ(split.judges.responses.size(), static_cast<std::size_t>(split.judges.range.size()));
    next = split.judges.range.end;
    for (std::int64_t row = 0; row < 92; ++row) {
      bool const judged = row >= split.judges.range.begin && row < split.judges.range.end;
      EXPECT_EQ(split.fitted.weights[static_cast<std::size_t>(row)], judged ? 0.0 : 1.0);
    }
  }
  EXPECT_EQ(next, 92);  // training and validation rows
  test::Truth const large = test::drawn_truth({.length = 6, .rows = 16000});
  Observations const many = large.observations();
  FeatureOperator const more(*backend, many, {});
  EXPECT_EQ(LatentData(more, many, 0, false).splits().size(), 1u);
}

TEST(GlobalEpistasis, SameBitsForAnyNumberOfThreads) {
  test::Truth const truth = test::drawn_truth({.length = 20, .rows = 3000});
  GlobalEpistasisFit const one = fit(truth, Interactions::neighbour);
  GlobalEpistasisFit const three = fit(truth, Interactions::neighbour, {}, 3);
  EXPECT_EQ(one.parameters.additive, three.parameters.additive);
  EXPECT_EQ(one.parameters.pair_effects, three.parameters.pair_effects);
  EXPECT_EQ(one.curve.heights, three.curve.heights);
  EXPECT_EQ(one.noise.log_scale, three.noise.log_scale);
}

TEST(GlobalEpistasis, NoiseOfTheTruth) {
  test::Truth const truth =
      test::drawn_truth({.length = 20, .rows = 20000, .noise = 0.4, .law = test::TruthNoise::growing});
  GlobalEpistasisFit const found = fit(truth, Interactions::additive);
  auto const [low, high] = std::minmax_element(truth.expected.begin(), truth.expected.end());
  double const middle = found.noise.standard_deviation(0.5 * (*low + *high));
  double const top = found.noise.standard_deviation(*high);
  EXPECT_NEAR(top / middle, 1.5, 0.15);
  GlobalEpistasisOptions skewed;
  skewed.noise = NoiseKind::skewed_t;
  test::Truth const other = test::drawn_truth({.length = 20, .rows = 20000, .law = test::TruthNoise::skewed});
  auto const likelihood = [&](GlobalEpistasisFit const& of) {
    std::vector<double> const predicted = predictions(other, of);
    double sum = 0;
    for (std::size_t row = 18000; row < 20000; ++row) {
      sum += of.noise.negative_log_likelihood(other.responses[row], predicted[row]) / 2000;
    }
    return sum;
  };
  // The gamma law's negentropy is 0.09 nats.
  EXPECT_LT(likelihood(fit(other, Interactions::additive, skewed)),
            likelihood(fit(other, Interactions::additive)) - 0.03);
}

TEST(GlobalEpistasis, KnownNoiseWeighsRows) {
  test::Truth truth = test::drawn_truth({.length = 20, .rows = 4000});
  std::mt19937 generator(8);
  std::normal_distribution<double> normal;
  std::vector<double> errors(4000, 0.1);
  for (std::size_t row = 0; row < 3600; row += 2) {
    errors[row] = 5;
    truth.responses[row] += 5 * normal(generator);
  }
  Observations observations = truth.observations();
  observations.standard_errors = errors;
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {});
  GlobalEpistasisOptions options;
  options.noise = NoiseKind::known;
  GlobalEpistasisFit const found = fit_global_epistasis(features, observations, 0, options);
  EXPECT_EQ(found.noise.kind, NoiseKind::known);
  EXPECT_GT(held_out(truth, found), ceiling(truth) - 0.02);
  observations.standard_errors = {};
  EXPECT_THROW(fit_global_epistasis(features, observations, 0, options), Error);
}

TEST(GlobalEpistasis, DegenerateInputIsNamed) {
  test::Truth truth = test::drawn_truth({.length = 15, .rows = 300});
  std::fill(truth.responses.begin(), truth.responses.end(), 0.1);
  GlobalEpistasisFit const constant = fit(truth, Interactions::additive);
  EXPECT_THAT(constant.diagnostic, testing::HasSubstr("constant response"));
  for (double const value : predictions(truth, constant)) EXPECT_NEAR(value, 0.1, 1e-15);
  EXPECT_TRUE(std::isfinite(constant.noise.negative_log_likelihood(0.1, 0.1)));

  truth = test::drawn_truth({.length = 15, .rows = 300});
  for (std::size_t i = 0; i < truth.codes.size(); ++i) truth.codes[i] = truth.codes[i % 15];
  GlobalEpistasisFit const identical = fit(truth, Interactions::pairwise);
  EXPECT_NE(identical.diagnostic, "");
  for (double const value : predictions(truth, identical)) EXPECT_TRUE(std::isfinite(value));

  GlobalEpistasisOptions options;
  options.linear.lambdas = {};
  EXPECT_THROW(fit(truth, Interactions::additive, options), Error);
  options = {};
  options.noise_order = 4;
  EXPECT_THROW(fit(truth, Interactions::additive, options), Error);
}

TEST(GlobalEpistasis, SingleMutantsForceALinearAdditiveModel) {
  test::Truth truth = test::drawn_truth({.length = 30, .rows = 900, .rate = 0});
  std::mt19937 generator(3);
  std::vector<double> effects(120);
  std::normal_distribution<double> normal;
  for (double& effect : effects) effect = normal(generator);
  for (std::size_t row = 0; row < 900; ++row) {
    std::size_t const place = generator() % 30;
    std::uint8_t& code = truth.codes[30 * row + place];
    code = static_cast<std::uint8_t>((code + 1 + generator() % 3) % 4);
    truth.responses[row] = std::tanh(effects[4 * place + code]) + 0.1 * normal(generator);
  }
  GlobalEpistasisFit const found = fit(truth, Interactions::pairwise);
  EXPECT_THAT(found.diagnostic, testing::HasSubstr("single mutants"));
  EXPECT_EQ(found.curve.kind, CurveKind::identity);
  EXPECT_EQ(found.parameters.pairs.size(), 435u);
  for (double const effect : found.parameters.pair_effects) EXPECT_EQ(effect, 0);
  EXPECT_GT(held_out(truth, found), 0.9);
}

TEST(GlobalEpistasis, WithoutValidationRowsTheLastTenthJudges) {
  test::Truth const truth = test::drawn_truth({.length = 30, .rows = 3000});
  Observations observations = truth.observations();
  observations.split = {{0, 2700}, {2700, 2700}, {2700, 3000}};
  auto const backend = device::Backend::cpu(1);
  FeatureOperator const features(*backend, observations, {});
  GlobalEpistasisFit const found = fit_global_epistasis(features, observations, 0, {});
  EXPECT_GT(held_out(truth, found), ceiling(truth) - 0.01);
}

}  // namespace
}  // namespace shoal::surrogate
