// SPDX-License-Identifier: MIT
// Noise models, special functions and curves beside SciPy (tests/data/surrogate/noise_models.py), and fits of known
// noise.
#include "surrogate/noise/noise_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/data.hpp"
#include "surrogate/math/special_functions.hpp"
#include "surrogate/noise/noise_fit.hpp"
#include "surrogate/noise/skewed_t.hpp"
#include "surrogate/response_curve.hpp"

namespace shoal::surrogate {
namespace {

std::vector<std::vector<std::string>> golden(std::string const& kind) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(test::data("surrogate/noise_models.txt"));
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::vector<std::string> words;
    for (std::string word; line >> word;) words.push_back(word);
    if (words[0] == kind) rows.push_back(words);
  }
  return rows;
}

double real(std::string const& text) {
  return std::strtod(text.c_str(), nullptr);
}

std::vector<double> reals(std::string const& text) {
  std::vector<double> values;
  for (auto const piece : split(text, ',')) values.push_back(real(std::string(piece)));
  return values;
}

void expect_close(double found, double expected, double tolerance, std::string const& what) {
  EXPECT_NEAR(found, expected, tolerance * std::max(1.0, std::abs(expected))) << what;
}

TEST(SpecialFunctions, AsInSciPy) {
  auto const rows = golden("function");
  ASSERT_EQ(rows.size(), 20u + 25u + 6u);
  for (auto const& row : rows) {
    double const expected = real(row.back());
    std::string const& name = row[1];
    double const x = real(row[2]);
    if (name == "log_gamma") expect_close(log_gamma(x), expected, 1e-13, name + row[2]);
    if (name == "digamma") expect_close(digamma(x), expected, 1e-13, name + row[2]);
    if (name == "normal_quantile") expect_close(normal_quantile(x), expected, 1e-13, name + row[2]);
    if (name == "inverse_incomplete_beta") {
      UnitPoint const point = inverse_incomplete_beta(x, real(row[3]), real(row[4]));
      EXPECT_NEAR(point.x, expected, 1e-11 * expected) << row[2] << row[3] << row[4];
      EXPECT_NEAR(point.x + point.complement, 1, 1e-15);
    }
  }
}

// I_x(a, 1) = x^a and I_x(1, b) = 1 - (1 - x)^b, so that both inverses are closed forms; here for shapes at the ends of
// what fits may choose (SkewedShape), where x or 1 - x is tiny.
TEST(SpecialFunctions, InverseOfTheIncompleteBetaAtExtremeShapes) {
  for (double const shape : {0.01, 0.3, 25.0, 1.6e5}) {
    for (double const p : {0.002, 0.25, 0.9, 0.999}) {
      UnitPoint const power = inverse_incomplete_beta(shape, 1, p);
      double const log_x = std::log(p) / shape;
      EXPECT_NEAR(power.x, std::exp(log_x), 1e-11 * std::exp(log_x)) << shape << " " << p;
      EXPECT_NEAR(power.complement, -std::expm1(log_x), 1e-12 * -std::expm1(log_x)) << shape << " " << p;
      UnitPoint const mirrored = inverse_incomplete_beta(1, shape, p);
      double const log_rest = std::log1p(-p) / shape;
      EXPECT_NEAR(mirrored.x, -std::expm1(log_rest), 1e-12 * -std::expm1(log_rest)) << shape << " " << p;
      EXPECT_NEAR(mirrored.complement, std::exp(log_rest), 1e-11 * std::exp(log_rest)) << shape << " " << p;
    }
  }
}

TEST(SpecialFunctions, OutsideTheirDomainNothingIsThrown) {
  EXPECT_TRUE(std::isnan(log_gamma(std::nan(""))));
  EXPECT_TRUE(std::isnan(normal_quantile(1.5)));
  EXPECT_TRUE(std::isnan(inverse_incomplete_beta(2, 3, -0.5).x));
}

TEST(NoiseModel, DensitiesQuantilesAndMomentsAsInSciPy) {
  auto const rows = golden("noise");
  ASSERT_EQ(rows.size(), 36u);
  for (auto const& row : rows) {
    NoiseModel model;
    model.kind = parse_noise_kind(row[1]);
    model.log_scale = {real(row[2])};
    model.log_a = {real(row[3])};
    model.log_b = {real(row[4])};
    double const y = real(row[5]);
    double const prediction = real(row[6]);
    expect_close(model.negative_log_likelihood(y, prediction), real(row[8]), 1e-12, row[1]);
    expect_close(model.quantile(real(row[7]), prediction), real(row[9]), 1e-9, row[1]);
    bool const is_bounded = row[1] != "skewed-t" || (real(row[3]) >= 0 && real(row[4]) >= 0);
    if (is_bounded) {
      expect_close(model.mean(prediction), real(row[10]), 1e-11, row[1]);
    } else {
      EXPECT_EQ(model.mean(prediction), prediction);
    }
    if (row[11] != "none") {
      expect_close(model.standard_deviation(prediction), real(row[11]), 1e-9, row[1]);
    } else {
      EXPECT_TRUE(std::isinf(model.standard_deviation(prediction)));
    }
  }
}

TEST(NoiseModel, MeansNearAPoleAreTheMode) {
  NoiseModel model;
  model.kind = NoiseKind::skewed_t;
  model.mode_shift = 0.25;
  model.log_scale = {std::log(2.0)};
  // Shapes 1 and 3: the mean is (a - b) sqrt(a + b) / 2 * G(1/2) G(5/2) / (G(1) G(3)) = -3 pi / 4, the mode
  // -2 * 2 / sqrt(3 * 7); G(1/2) = sqrt(pi), G(5/2) = 3/4 sqrt(pi), G(3) = 2.
  model.log_a = {0.0};
  model.log_b = {std::log(3.0)};
  double const mean = -0.75 * 3.14159265358979323846 + 4 / std::sqrt(21.0);
  EXPECT_NEAR(model.mean(10), 10 + 2 * (0.25 + mean), 1e-12);
  // Half a millionth above the pole the mean would be millions below.
  model.log_a = {std::log(0.5000005)};
  EXPECT_EQ(model.mean(10), 10.5);
  model.log_a = {50.0};
  model.log_b = {std::log(0.6)};
  EXPECT_EQ(model.mean(10), 10.5);
}

TEST(NoiseModel, ShapesStayInTheBoundsOfTheFit) {
  NoiseModel model;
  model.kind = NoiseKind::skewed_t;
  model.log_scale = {0.0};
  model.log_a = {50.0};
  model.log_b = {-50.0};
  NoiseModel bounded = model;
  bounded.log_a = {std::log(SkewedShape::largest)};
  bounded.log_b = {std::log(SkewedShape::smallest)};
  EXPECT_NEAR(model.negative_log_likelihood(1, 2), bounded.negative_log_likelihood(1, 2), 1e-9);
  model.log_b = bounded.log_b = {0.0};
  EXPECT_NEAR(model.mean(3) / bounded.mean(3), 1, 1e-9);
}

TEST(NoiseModel, PolynomialsStopAtTheRangeOfTheFit) {
  NoiseModel model;
  model.order = 2;
  model.centre = 1;
  model.scale = 2;
  model.lowest = -1;
  model.highest = 3;
  model.log_scale = {0.5, -0.25, 0.125};  // z = 1 at 3: log scale 0.375; z = 0.5 at 2: 0.40625
  EXPECT_NEAR(model.standard_deviation(2), std::exp(0.40625), 1e-14);
  EXPECT_NEAR(model.standard_deviation(3), std::exp(0.375), 1e-14);
  EXPECT_EQ(model.standard_deviation(50), model.standard_deviation(3));
  EXPECT_EQ(model.standard_deviation(-9), model.standard_deviation(-1));
}

TEST(NoiseModel, KnownNoiseIsTheStandardError) {
  NoiseModel model;
  model.kind = NoiseKind::known;
  EXPECT_NEAR(model.negative_log_likelihood(3, 1, 2), 0.5 + std::log(2) + 0.5 * std::log(2 * M_PI), 1e-14);
  EXPECT_NEAR(model.quantile(0.5, 1, 2), 1, 1e-14);
}

// Of every law, the known one too: a row of weight 2 counts as two rows.
TEST(NoiseFit, TheMeanLikelihoodIsWeighted) {
  using Numbers = std::vector<double>;
  NoiseFit const weighted =
      fit_noise(NoiseKind::known, 0, Numbers{0, 1, 2}, Numbers{0.5, 1, 1}, Numbers{2, 1, 1}, Numbers{0.5, 1, 2});
  NoiseFit const repeated =
      fit_noise(NoiseKind::known, 0, Numbers{0, 0, 1, 2}, Numbers{0.5, 0.5, 1, 1}, {}, Numbers{0.5, 0.5, 1, 2});
  EXPECT_NEAR(weighted.negative_log_likelihood, repeated.negative_log_likelihood, 1e-14);
  EXPECT_GT(weighted.negative_log_likelihood, 0.0);
}

TEST(NoiseModel, UnknownNamesAreErrors) {
  EXPECT_THROW(parse_noise_kind("normal"), Error);
  EXPECT_THROW(parse_curve_kind("relu"), Error);
  EXPECT_EQ(to_string(parse_noise_kind("skewed-t")), "skewed-t");
}

TEST(SkewedT, SlopesAsFiniteDifferences) {
  double const step = 1e-6;
  for (SkewedShape const shape : {SkewedShape{2, 5}, SkewedShape{0.6, 0.4}, SkewedShape{30, 3}}) {
    for (double const x : {-40.0, -1.3, 0.0, 0.4, 12.0}) {
      SkewedSlopes const slopes = skewed_t_slopes(shape, x);
      auto const density = [&](double a, double b, double at) {
        return skewed_t_log_density({shape.a * std::exp(a), shape.b * std::exp(b)}, at);
      };
      EXPECT_NEAR(slopes.value, density(0, 0, x), 1e-13 * std::max(1.0, std::abs(slopes.value)));
      EXPECT_NEAR(slopes.x, (density(0, 0, x + step) - density(0, 0, x - step)) / (2 * step), 1e-7);
      EXPECT_NEAR(slopes.log_a, (density(step, 0, x) - density(-step, 0, x)) / (2 * step), 1e-6);
      EXPECT_NEAR(slopes.log_b, (density(0, step, x) - density(0, -step, x)) / (2 * step), 1e-6);
    }
  }
}

// Quantiles of uniform numbers are draws from a model.
struct Drawn {
  std::vector<double> predictions;
  std::vector<double> responses;
  double likelihood = 0;  // mean, of the model that drew
};

Drawn draw(NoiseModel const& model, int rows) {
  std::mt19937 generator(3);
  std::uniform_real_distribution<double> uniform(1e-9, 1 - 1e-9);
  Drawn drawn;
  for (int row = 0; row < rows; ++row) {
    double const prediction = 6 * uniform(generator) - 3;
    double const y = model.quantile(uniform(generator), prediction);
    drawn.predictions.push_back(prediction);
    drawn.responses.push_back(y);
    drawn.likelihood += model.negative_log_likelihood(y, prediction) / rows;
  }
  return drawn;
}

NoiseModel truth(NoiseKind kind) {
  NoiseModel model;
  model.kind = kind;
  model.order = 2;
  model.centre = 0.5;
  model.scale = 2;
  model.lowest = -3;
  model.highest = 3;
  model.log_scale = {-0.5, 0.4, 0.1};
  model.log_a = {1.5, 0.3, 0};
  model.log_b = {0.9, 0, -0.2};
  return model;
}

TEST(NoiseFit, RecoversTheModelThatDrew) {
  for (NoiseKind const kind : {NoiseKind::gaussian, NoiseKind::cauchy, NoiseKind::skewed_t}) {
    NoiseModel const model = truth(kind);
    Drawn const drawn = draw(model, 20000);
    NoiseFit const fit = fit_noise(kind, 2, drawn.predictions, drawn.responses, {}, {});
    EXPECT_TRUE(fit.converged) << to_string(kind);
    // Maximum likelihood lies above the truth by about half a nat a parameter.
    EXPECT_LT(fit.negative_log_likelihood, drawn.likelihood + 1e-5) << to_string(kind);
    EXPECT_GT(fit.negative_log_likelihood, drawn.likelihood - 30.0 / 20000) << to_string(kind);
    for (double const prediction : {-2.0, 0.0, 2.5}) {
      double const wanted = model.quantile(0.84, prediction) - model.quantile(0.16, prediction);
      double const found = fit.model.quantile(0.84, prediction) - fit.model.quantile(0.16, prediction);
      EXPECT_NEAR(found / wanted, 1, 0.06) << to_string(kind) << " at " << prediction;
    }
  }
}

TEST(NoiseFit, FewRowsLowerTheOrderAndExactRowsReachTheFloor) {
  std::vector<double> const predictions = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  NoiseFit const exact = fit_noise(NoiseKind::gaussian, 2, predictions, predictions, {}, {});
  EXPECT_EQ(exact.order, 0);
  EXPECT_EQ(exact.model.log_scale.size(), 3u);
  EXPECT_NEAR(exact.model.standard_deviation(3), 1e-9 * std::sqrt(143.0 / 12), 1e-12);
  EXPECT_TRUE(std::isfinite(exact.negative_log_likelihood));
}

TEST(NoiseFit, WeightsAreRepetitions) {
  std::vector<double> predictions, responses, weights, repeated_predictions, repeated_responses;
  std::mt19937 generator(5);
  std::normal_distribution<double> normal;
  for (int row = 0; row < 200; ++row) {
    predictions.push_back(normal(generator));
    responses.push_back(predictions.back() + normal(generator));
    weights.push_back(row % 2 == 0 ? 1.0 : 2.0);
    for (int copy = 0; copy <= row % 2; ++copy) {
      repeated_predictions.push_back(predictions.back());
      repeated_responses.push_back(responses.back());
    }
  }
  NoiseFit const weighted = fit_noise(NoiseKind::gaussian, 0, predictions, responses, weights, {});
  NoiseFit const repeated = fit_noise(NoiseKind::gaussian, 0, repeated_predictions, repeated_responses, {}, {});
  EXPECT_NEAR(weighted.model.log_scale[0], repeated.model.log_scale[0], 1e-5);
}

TEST(ResponseCurve, SplinesAsInSciPy) {
  auto const rows = golden("spline");
  ASSERT_EQ(rows.size(), 24u);
  for (auto const& row : rows) {
    ResponseCurve curve;
    curve.kind = CurveKind::spline;
    curve.knots = reals(row[1]);
    curve.values = reals(row[2]);
    double const phi = real(row[3]);
    expect_close(curve(phi), real(row[4]), 1e-12, "value at " + row[3]);
    expect_close(curve.derivative(phi), real(row[5]), 1e-11, "slope at " + row[3]);
  }
}

TEST(ResponseCurve, ChangesOfScaleKeepTheCurve) {
  ResponseCurve sigmoids;
  sigmoids.kind = CurveKind::sigmoids;
  sigmoids.offset = 0.3;
  sigmoids.slope = 0.2;
  sigmoids.heights = {1.5, 0.4};
  sigmoids.steepness = {0.8, 3.0};
  sigmoids.shifts = {0.1, -2};
  ResponseCurve spline;
  spline.kind = CurveKind::spline;
  spline.knots = {-1, 0, 2};
  spline.values = {0, 0.5, 0.6, 2, 2.5};
  for (ResponseCurve const& curve : {sigmoids, spline}) {
    ResponseCurve const moved = in_units(standardised(curve, 0.7, 2.5), 10, 3);
    for (double const phi : {-4.0, -0.2, 1.0, 5.0}) {
      EXPECT_NEAR(moved((phi - 0.7) / 2.5), 10 + 3 * curve(phi), 1e-12);
      EXPECT_NEAR(moved.derivative((phi - 0.7) / 2.5), 3 * 2.5 * curve.derivative(phi), 1e-12);
    }
  }
}

}  // namespace
}  // namespace shoal::surrogate
