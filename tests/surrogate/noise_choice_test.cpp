// SPDX-License-Identifier: MIT
// Noise chosen by the data: of simulated residuals, and in fits to libraries of known truth.
#include "surrogate/noise/noise_choice.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis_truth.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {
namespace {

struct Draws {
  std::vector<double> predictions;
  std::vector<double> responses;
};

// Predictions of a standard normal law, residuals 0.3 times what `law` makes of them.
Draws draws(int rows, unsigned seed, auto const& law) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  Draws made;
  for (int row = 0; row < rows; ++row) {
    made.predictions.push_back(normal(generator));
    made.responses.push_back(made.predictions.back() + 0.3 * law(made.predictions.back(), generator));
  }
  return made;
}

double nats(NoiseModel const& model, Draws const& rows) {
  double sum = 0;
  for (std::size_t row = 0; row < rows.responses.size(); ++row) {
    sum += model.negative_log_likelihood(rows.responses[row], rows.predictions[row]);
  }
  return sum / static_cast<double>(rows.responses.size());
}

NoiseModel chosen(Draws const& rows) {
  return choose_noise(2, rows.predictions, rows.responses, {}).model;
}

// Entropies of the laws by hand, with log 0.3 for the scale.
double const normal_entropy = std::log(0.3) + 0.5 * std::log(2 * std::numbers::pi * std::numbers::e);
double const cauchy_entropy = std::log(0.3) + std::log(4 * std::numbers::pi);

TEST(NoiseChoice, KnowsTheLawThatMadeTheResiduals) {
  auto const constant = [](double, auto& generator) { return std::normal_distribution<double>()(generator); };
  auto const growing = [](double z, auto& generator) {
    return std::exp(0.4 * z) * std::normal_distribution<double>()(generator);
  };
  auto const bent = [](double z, auto& generator) {
    return std::exp(0.3 * (z * z - 1)) * std::normal_distribution<double>()(generator);
  };
  auto const cauchy = [](double, auto& generator) { return std::cauchy_distribution<double>()(generator); };
  for (int const rows : {1000, 6000}) {
    double const near = rows == 1000 ? 0.02 : 0.004;
    NoiseModel const first = chosen(draws(rows, 1, constant));
    EXPECT_EQ(first.kind, NoiseKind::gaussian);
    EXPECT_EQ(first.order, 0);
    EXPECT_NEAR(nats(first, draws(100000, 11, constant)), normal_entropy, near + 0.01);
    NoiseModel const second = chosen(draws(rows, 2, growing));
    EXPECT_EQ(second.kind, NoiseKind::gaussian);
    EXPECT_EQ(second.order, 1);
    EXPECT_NEAR(nats(second, draws(100000, 12, growing)), normal_entropy, near + 0.01);
    NoiseModel const third = chosen(draws(rows, 3, bent));
    EXPECT_EQ(third.kind, NoiseKind::gaussian);
    EXPECT_EQ(third.order, 2);
    NoiseModel const fourth = chosen(draws(rows, 4, cauchy));
    EXPECT_EQ(fourth.kind, NoiseKind::cauchy);
    EXPECT_EQ(fourth.order, 0);
    EXPECT_NEAR(nats(fourth, draws(100000, 14, cauchy)), cauchy_entropy, near + 0.02);
  }
}

TEST(NoiseChoice, KnowsSkewAndHeavyTails) {
  auto const skewed = [](double, auto& generator) { return test::draw_noise(test::TruthNoise::skewed, 0, generator); };
  auto const heavy = [](double, auto& generator) { return test::draw_noise(test::TruthNoise::heavy, 0, generator); };
  // Student's t with 3 degrees of freedom and scale 1 has the entropy 1.77348; a gamma law of shape 4 and scale 0.5
  // 4 + log 0.5 + log 6 - 3 digamma(4), digamma(4) = 1.256118.
  double const t_entropy = std::log(0.3) + 1.773477 - 0.5 * std::log(3.0);
  double const gamma_entropy = std::log(0.3) + 4 + std::log(0.5) + std::log(6.0) - 3 * 1.256118;
  NoiseModel const first = chosen(draws(4000, 5, skewed));
  EXPECT_EQ(first.kind, NoiseKind::skewed_t);
  // A gamma law ends where a t law does not.
  EXPECT_NEAR(nats(first, draws(100000, 15, skewed)), gamma_entropy, 0.03);
  NoiseModel const second = chosen(draws(4000, 6, heavy));
  EXPECT_EQ(second.kind, NoiseKind::skewed_t);
  EXPECT_NEAR(nats(second, draws(100000, 16, heavy)), t_entropy, 0.02);
}

// `count` rows whose residuals repeat `pattern` times the noise's standard deviation exp(prediction / 2).
bool looks_normal_with(std::vector<double> const& pattern, int count, std::vector<double> const& weights = {}) {
  NoiseModel noise;
  noise.lowest = -10;
  noise.highest = 10;
  noise.order = 1;
  noise.log_scale = {0, 0.5};
  std::vector<double> predictions, responses, repeated;
  for (int row = 0; row < count; ++row) {
    auto const place = static_cast<std::size_t>(row) % pattern.size();
    predictions.push_back(row % 4 - 1.5);
    responses.push_back(predictions.back() + std::exp(0.5 * predictions.back()) * pattern[place]);
    if (!weights.empty()) repeated.push_back(weights[place]);
  }
  return looks_normal(noise, predictions, responses, repeated);
}

TEST(NoiseChoice, AsksForSkewnessAndKurtosisOfResiduals) {
  // By hand: excess kurtosis 2, so 40 rows have 6.7 of 2 log 40 = 7.4 and 50 rows 8.3 of 7.8.
  std::vector<double> const heavy{3, 0, 0, 0, 0, -3, 0, 0, 0, 0};
  EXPECT_TRUE(looks_normal_with(heavy, 40));
  EXPECT_FALSE(looks_normal_with(heavy, 50));
  // Skewness 1.5 and excess kurtosis 0.25: 10 rows have 3.8 of 4.6, 15 rows 5.7 of 5.4.
  std::vector<double> const skewed{4, 1.5, 1.5, 1.5, 1.5};
  EXPECT_TRUE(looks_normal_with(skewed, 10));
  EXPECT_FALSE(looks_normal_with(skewed, 15));
  // Excess kurtosis 0: of any number of rows.
  EXPECT_TRUE(looks_normal_with({2, 0, 0, -2, 0, 0}, 6000));
  // The outliers of `heavy` at a weight of a third of the others': 1 of 13 parts of weight lies at ±3, kurtosis 13.
  EXPECT_FALSE(looks_normal_with(heavy, 20, {1. / 3, 1, 1, 1, 1, 1. / 3, 1, 1, 1, 1}));
  // Without their weight the residuals vanish.
  EXPECT_TRUE(looks_normal_with(heavy, 6000, {0, 1, 1, 1, 1, 0, 1, 1, 1, 1}));
}

TEST(NoiseChoice, TakesTheLowestOrderOfFewRowsAndHeedsWeights) {
  std::vector<double> const predictions{0, 1, 2, 3, 4};
  std::vector<double> const responses{0.1, 0.9, 2.2, 3, 3.8};
  EXPECT_EQ(choose_noise(2, predictions, responses, {}).model.order, 0);
  // Half of the rows with ten times the noise: without a weight they are not there.
  Draws rows = draws(2000, 7, [](double, auto& generator) { return std::normal_distribution<double>()(generator); });
  std::vector<double> weights(rows.responses.size(), 1.0);
  for (std::size_t row = 0; row < weights.size(); row += 2) {
    rows.responses[row] = rows.predictions[row] + 10 * (rows.responses[row] - rows.predictions[row]);
    weights[row] = 1e-9;
  }
  NoiseFit const fit = choose_noise(2, rows.predictions, rows.responses, weights);
  EXPECT_EQ(fit.model.kind, NoiseKind::gaussian);
  EXPECT_NEAR(fit.negative_log_likelihood, normal_entropy, 0.06);
}

GlobalEpistasisFit fitted(test::Truth const& truth, NoiseKind kind) {
  auto const backend = device::Backend::cpu(1);
  Observations const observations = truth.observations();
  FeatureOperator const features(*backend, observations, {});
  GlobalEpistasisOptions options;
  options.noise = kind;
  return fit_global_epistasis(features, observations, 0, options);
}

double nats_of_test_rows(test::Truth const& truth, GlobalEpistasisFit const& fit) {
  auto const test = truth.observations().split.test;
  auto const phi = phi_of(fit.parameters, truth.observations().letters, 1);
  double sum = 0;
  for (auto row = static_cast<std::size_t>(test.begin); row < static_cast<std::size_t>(test.end); ++row) {
    sum += fit.noise.negative_log_likelihood(truth.responses[row], fit.curve(phi[row]));
  }
  return sum / static_cast<double>(test.size());
}

TEST(NoiseChoice, LeavesTheFitAloneWhereNoiseIsConstant) {
  test::Truth const truth = test::drawn_truth({.length = 20, .rows = 3000, .rate = 0.2, .noise = 0.4});
  auto const plain = fitted(truth, NoiseKind::gaussian);
  auto const automatic = fitted(truth, NoiseKind::automatic);
  EXPECT_EQ(automatic.noise.kind, NoiseKind::gaussian);
  EXPECT_EQ(automatic.noise.order, 0);
  EXPECT_EQ(automatic.noise_rounds, 0);
  EXPECT_EQ(automatic.parameters.additive, plain.parameters.additive);
  EXPECT_EQ(automatic.iterations, plain.iterations);
}

TEST(NoiseChoice, FitsAgainWhereNoiseIsNotConstant) {
  for (test::TruthNoise const law : {test::TruthNoise::growing, test::TruthNoise::heavy, test::TruthNoise::cauchy}) {
    test::Truth const truth =
        test::drawn_truth({.length = 20, .rows = 8000, .rate = 0.2, .noise = 0.4, .law = law, .seed = 3});
    auto const plain = fitted(truth, NoiseKind::gaussian);
    auto const automatic = fitted(truth, NoiseKind::automatic);
    EXPECT_GE(automatic.noise_rounds, 1) << static_cast<int>(law);
    EXPECT_EQ(automatic.noise.kind == NoiseKind::gaussian, law == test::TruthNoise::growing);
    double const best = law == test::TruthNoise::growing
                            ? nats_of_test_rows(truth, plain)
                            : std::min(nats_of_test_rows(truth, fitted(truth, NoiseKind::cauchy)),
                                       nats_of_test_rows(truth, fitted(truth, NoiseKind::skewed_t)));
    EXPECT_LT(nats_of_test_rows(truth, automatic), best + 0.01) << static_cast<int>(law);
  }
}

TEST(NoiseChoice, DescribesScoresThatAreNotMeasuredAndLeavesTheirCurve) {
  test::Truth const truth = test::drawn_truth(
      {.length = 12, .rows = 4000, .rate = 0.2, .noise = 0.4, .law = test::TruthNoise::skewed, .seed = 3});
  auto const backend = device::Backend::cpu(1);
  auto const fit = [&](NoiseKind kind, bool measured) {
    SurrogateOptions options;
    options.noise = kind;
    options.measured = measured;
    return fit_surrogates(*backend, truth.observations(), {parse_surrogate("additive-ge")}, options).front().front();
  };
  SurrogateFit const plain = fit(NoiseKind::gaussian, false);
  SurrogateFit const described = fit(NoiseKind::automatic, false);
  EXPECT_EQ(described.noise.kind, NoiseKind::skewed_t);
  EXPECT_EQ(described.noise_rounds, 0);
  EXPECT_EQ(described.parameters.additive, plain.parameters.additive);
  EXPECT_EQ(described.curve.heights, plain.curve.heights);
  // The mean of a skewed law lies elsewhere, that of a curve of least squares does not.
  EXPECT_EQ(described.test.r2, plain.test.r2);
  EXPECT_LT(described.test.negative_log_likelihood, plain.test.negative_log_likelihood - 0.03);
  EXPECT_GE(fit(NoiseKind::automatic, true).noise_rounds, 1);
}

}  // namespace
}  // namespace shoal::surrogate
