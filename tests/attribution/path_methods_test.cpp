// SPDX-License-Identifier: MIT
// Steps that are doubled until the map's sum is right, and the two maps of the gradient correction, by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "attribution/gradients/score_spread.hpp"
#include "attribution/method.hpp"
#include "base/error.hpp"
#include "support/backends.hpp"
#include "support/reference_network.hpp"

namespace shoal::attribution {
namespace {

constexpr std::int32_t length = 30;
constexpr std::uint64_t identity = 99;

// One task's scalars, in the order of scalar_names.
enum Scalar { wild_type_score, baseline_score, completeness_error, relative_error, steps_used, missed };

std::vector<std::uint8_t> wild_type() {
  auto codes = test::random_codes(1, length, 4).front();
  codes[7] = kernels::code_n;
  return codes;
}

// What base a at position p adds to the sum that the network's last layer reads.
double weight_of(std::size_t a, std::size_t p, double scale) {
  return scale * (1.0 + 0.3 * std::sin(static_cast<double>(4 * p + a)));
}

// y_k = sigmoid(weights · x + bias_k), one task per bias. Along a path from zeros, weights · x rises from 0 to its full
// value.
std::shared_ptr<network::Network const> saturating_network(double scale, std::vector<float> const& biases) {
  test::NetworkMaker maker(length, 3);
  maker.add(network::Flatten{});
  network::Dense dense;
  dense.units = static_cast<std::int64_t>(biases.size());
  for (std::size_t i = 0; i < 4 * length; ++i) {
    for (std::size_t k = 0; k < biases.size(); ++k) {
      dense.kernel.push_back(static_cast<float>(weight_of(i % 4, i / 4, scale)));
    }
  }
  dense.bias = biases;
  maker.add(dense);
  maker.activate(network::Activation::sigmoid);
  return maker.network();
}

double sigmoid(double z) {
  return 1.0 / (1.0 + std::exp(-z));
}

// The result of the trapezoid rule for that network, in double precision.
struct Oracle {
  double bias = 0.0, whole = 0.0;

  Oracle(double scale, double with_bias) : bias(with_bias) {
    auto const codes = wild_type();
    for (std::size_t p = 0; p < length; ++p) {
      if (codes[p] < 4) whole += static_cast<double>(static_cast<float>(weight_of(codes[p], p, scale)));
    }
  }
  double change() const { return sigmoid(bias + whole) - sigmoid(bias); }
  // Mean of the sigmoid's slope along the path.
  double slope(int steps) const {
    double sum = 0.0;
    for (int i = 0; i <= steps; ++i) {
      double const y = sigmoid(bias + whole * i / steps);
      sum += (i == 0 || i == steps ? 0.5 : 1.0) * y * (1.0 - y) / steps;
    }
    return sum;
  }
  double error(int steps) const { return whole * slope(steps) - change(); }
  // The first of 25, 50, … 400 at which the error is at most a share of the change, or 400.
  int steps(double tolerance) const {
    int steps = 25;
    while (steps < 400 && std::abs(error(steps)) > tolerance * std::abs(change())) steps *= 2;
    return steps;
  }
};

class PathMethodTest : public test::OnBackend {
 protected:
  // `library_scores` [mutants, tasks]: as if the locus had a library of so many mutants; none: no library.
  std::vector<Attribution> explain(std::string const& name, std::shared_ptr<network::Network const> const& network,
                                   GradientOptions const& options = {}, std::int64_t batch = 0,
                                   std::vector<float> const& library_scores = {},
                                   std::vector<std::size_t> const& chosen = {}) const {
    auto const codes = wild_type();
    auto tasks = network::select_tasks(*network, {});
    if (!chosen.empty()) {
      std::vector<network::Task> some;
      for (std::size_t const task : chosen) some.push_back(tasks.at(task));
      tasks = some;
    }
    inference::Scorer scorer(backend(), network, tasks);
    inference::Gradient gradient(backend(), network, tasks, batch);
    std::vector<std::uint8_t> rows = codes;
    for (std::size_t i = tasks.size(); i < library_scores.size(); i += tasks.size()) {
      rows.insert(rows.end(), codes.begin(), codes.end());
    }
    library::Library const library =
        library::explicit_library(backend(), rows, static_cast<std::int64_t>(rows.size()) / length, length);
    device::Buffer<float> scores(backend(), std::span<float const>(library_scores));
    MethodOptions method_options;
    method_options.gradient = options;
    auto const method = make_method(name, method_options);
    auto const found = method->explain({.backend = backend(),
                                        .scorer = scorer,
                                        .wild_type = codes,
                                        .library = library,
                                        .scores = scores,
                                        .gradient = &gradient,
                                        .locus_identity = identity});
    for (Attribution const& each : found) {
      EXPECT_EQ(each.scalars.size(), method->scalar_names().size());
      EXPECT_EQ(each.arrays.size(), method->arrays(length).size());
    }
    return found;
  }
  static std::vector<float> const& array(Attribution const& of, std::size_t which) {
    return std::get<std::vector<float>>(of.arrays.at(which));
  }
};

// A library whose scores do not vary: errors are judged by the change of the score alone.
std::vector<float> const constant_scores(8, 1.0F);

TEST_P(PathMethodTest, StepsAreDoubledUntilTheSumIsRight) {
  std::set<int> used;
  for (double const scale : {0.5, 5.0, 14.0, 25.0}) {
    Oracle const oracle(scale, -9.5);
    auto const found =
        explain("integrated-gradients", saturating_network(scale, {-9.5F}), {}, 0, constant_scores).front();
    int const steps = oracle.steps(0.02);
    used.insert(steps);
    EXPECT_EQ(found.scalars[steps_used], steps) << scale;
    EXPECT_NEAR(found.scalars[completeness_error], oracle.error(steps), 2e-5) << scale;
    EXPECT_NEAR(found.scalars[relative_error], std::abs(oracle.error(steps) / oracle.change()), 2e-5) << scale;
    EXPECT_EQ(found.scalars[missed], 0.0);
    auto const codes = wild_type();
    for (std::size_t i = 0; i < 4 * length; ++i) {
      bool const own = codes[i % length] == i / length;
      double const expected = own ? weight_of(i / length, i % length, scale) * oracle.slope(steps) : 0.0;
      ASSERT_NEAR(found.map()[i], expected, 1e-5) << scale << ' ' << i;
    }
  }
  EXPECT_TRUE(used.contains(25));
  EXPECT_GE(used.size(), 3u);
}

TEST_P(PathMethodTest, WhatDoublingCannotMendIsMissed) {
  double const scale = 2000.0, bias = -1000.0;  // the slope is a spike between two points
  Oracle const oracle(scale, bias);
  auto const network = saturating_network(scale, {static_cast<float>(bias)});
  auto const found = explain("integrated-gradients", network, {}, 0, constant_scores).front();
  ASSERT_EQ(oracle.steps(0.02), 400);
  ASSERT_GT(std::abs(oracle.error(400)), 0.02);
  EXPECT_EQ(found.scalars[steps_used], 400.0);
  EXPECT_NEAR(found.scalars[relative_error], std::abs(oracle.error(400) / oracle.change()), 1e-3);
  EXPECT_EQ(found.scalars[missed], 1.0);
  GradientOptions options;
  options.most_steps = 120;
  EXPECT_EQ(explain("integrated-gradients", network, options, 0, constant_scores).front().scalars[steps_used], 100.0);
  options.tolerance = 0.0;
  auto const never = explain("integrated-gradients", network, options, 0, constant_scores).front();
  EXPECT_EQ(never.scalars[steps_used], 25.0);
  EXPECT_EQ(never.scalars[missed], 0.0);
  EXPECT_NEAR(never.scalars[completeness_error], oracle.error(25), 1e-3);
}

TEST_P(PathMethodTest, ErrorsAreSmallAgainstTheScoresSpreadToo) {
  auto const network = saturating_network(25.0, {-9.5F});
  // Deviations from the mean, 3000: -3000, -2000, 1000, 4000; their root mean square is the spread.
  double const spread = std::sqrt((9e6 + 4e6 + 1e6 + 16e6) / 4.0);
  auto const found = explain("integrated-gradients", network, {}, 0, {0.0F, 1000.0F, 4000.0F, 7000.0F}).front();
  EXPECT_EQ(found.scalars[steps_used], 25.0);
  Oracle const oracle(25.0, -9.5);
  ASSERT_GT(std::abs(oracle.error(25)), 0.02 * oracle.change());
  EXPECT_NEAR(found.scalars[relative_error], std::abs(oracle.error(25)) / (0.05 * spread), 1e-5);
}

// A mutant's score is the sigmoid of the sum over its bases.
TEST_P(PathMethodTest, WithoutALibraryThereIsASample) {
  auto const codes = wild_type();
  auto const network = saturating_network(0.05, {-1.0F});
  auto const tasks = network::select_tasks(*network, {});
  inference::Scorer scorer(backend(), network, tasks);
  library::Library const alone = library::explicit_library(backend(), codes, 1, length);
  device::Buffer<float> scores(backend(), 1);
  LocusContext const context{.backend = backend(),
                             .scorer = scorer,
                             .wild_type = codes,
                             .library = alone,
                             .scores = scores,
                             .locus_identity = identity};
  library::Design design;
  design.mutants = 32;
  design.seed = 5;
  auto const mutants = library::random_library(backend(), design, identity, codes).codes();
  std::vector<double> values;
  double mean = 0.0, squares = 0.0;
  for (std::size_t row = 0; row < 32; ++row) {
    double z = -1.0;
    for (std::size_t p = 0; p < length; ++p) {
      if (mutants[row * length + p] < 4) z += weight_of(mutants[row * length + p], p, 0.05);
    }
    values.push_back(sigmoid(z));
    mean += values.back() / 32.0;
  }
  for (double const value : values) squares += (value - mean) * (value - mean);
  ASSERT_GT(squares, 1e-6);
  EXPECT_NEAR(score_spread(context, 5).at(0), std::sqrt(squares / 32.0), 1e-6);
  EXPECT_NE(score_spread(context, 6), score_spread(context, 5));
}

TEST_P(PathMethodTest, TasksAndBatchesDoNotChangeEachOther) {
  auto const network = saturating_network(14.0, {-9.5F, -300.0F, 2.0F});
  for (std::string const name : {"integrated-gradients", "expected-gradients"}) {
    GradientOptions options;
    options.backgrounds = 3;
    options.correction = true;
    auto const all = explain(name, network, options);
    std::set<double> used;
    for (std::size_t task = 0; task < 3; ++task) {
      used.insert(all[task].scalars[steps_used]);
      for (std::int64_t const batch : {1, 7, 64}) {
        auto const alone = explain(name, network, options, batch, {}, {task}).front();
        EXPECT_EQ(alone.arrays, all[task].arrays) << name << task;
        EXPECT_EQ(alone.scalars, all[task].scalars) << name << task;
      }
    }
    EXPECT_TRUE(name == "expected-gradients" || used.size() > 1) << name;
  }
}

// The map is the raw map minus every position's mean over bases; for paths and gradient x input the mean is subtracted
// before they are multiplied.
TEST_P(PathMethodTest, TheCorrectionKeepsTheRawMap) {
  auto const network = saturating_network(0.1, {-1.0F});
  auto const codes = wild_type();
  GradientOptions corrected;
  corrected.correction = true;
  corrected.baseline = PathBaseline::uniform;
  GradientOptions plain = corrected;
  plain.correction = false;
  auto const mean_at = [](auto const& values, std::size_t p) {
    double sum = 0.0;
    for (std::size_t a = 0; a < 4; ++a) sum += static_cast<double>(values[a * length + p]) / 4.0;
    return sum;
  };
  std::vector<float> const slopes = explain("saliency", network, plain).front().map();
  for (std::string const name : {"saliency", "smoothgrad", "gradient-x-input", "integrated-gradients"}) {
    auto const found = explain(name, network, corrected).front();
    auto const raw = explain(name, network, plain).front();
    EXPECT_EQ(array(found, 1), raw.map()) << name;
    EXPECT_EQ(found.scalars, raw.scalars) << name;
    ASSERT_NE(found.map(), raw.map()) << name;
    // A path's mean gradient is the slope times the weights, which gradients at its end are too.
    double const ratio =
        name == "integrated-gradients" ? raw.map()[codes[0] * length] / slopes[codes[0] * length] / 0.75 : 1.0;
    for (std::size_t i = 0; i < 4 * length; ++i) {
      std::size_t const p = i % length;
      double const own = codes[p] == i / length ? 1.0 : 0.0;
      double expected = static_cast<double>(raw.map()[i]) - mean_at(raw.map(), p);
      if (name == "gradient-x-input") expected = own * (slopes[i] - mean_at(slopes, p));
      if (name == "integrated-gradients") expected = (own - 0.25) * ratio * (slopes[i] - mean_at(slopes, p));
      if (codes[p] == kernels::code_n) expected = 0.0;
      ASSERT_NEAR(found.map()[i], expected, 1e-6) << name << ' ' << i;
    }
  }
  EXPECT_EQ(explain("deepshap", network, corrected).front().arrays.size(), 1u);
}

// From a baseline of zeros the corrected map is (weight - mean weight over bases) times the mean slope of the steps
// that were used, at the locus's own bases.
TEST_P(PathMethodTest, DoubledStepsCorrectTheWholePath) {
  double const scale = 14.0;
  Oracle const oracle(scale, -9.5);
  GradientOptions options;
  options.correction = true;
  auto const network = saturating_network(scale, {-9.5F});
  auto const found = explain("integrated-gradients", network, options, 0, constant_scores).front();
  int const steps = oracle.steps(0.02);
  ASSERT_GT(steps, 25);
  ASSERT_EQ(found.scalars[steps_used], steps);
  auto const codes = wild_type();
  for (std::size_t p = 0; p < length; ++p) {
    if (codes[p] == kernels::code_n) continue;
    double mean = 0.0;
    for (std::size_t a = 0; a < 4; ++a) mean += weight_of(a, p, scale) / 4.0;
    double const expected = (weight_of(codes[p], p, scale) - mean) * oracle.slope(steps);
    EXPECT_NEAR(found.map()[codes[p] * length + p], expected, 1e-5) << p;
  }
}

TEST(GradientOptions, WhatMakesNoSenseIsRefused) {
  GradientOptions options;
  options.tolerance = -0.1;
  EXPECT_THROW(options.validate(), Error);
  options.tolerance = std::nan("");
  EXPECT_THROW(options.validate(), Error);
  options.tolerance = 0.0;
  options.most_steps = 0;
  EXPECT_THROW(options.validate(), Error);
  options.most_steps = 1;
  options.validate();
}

SHOAL_ON_EVERY_BACKEND(PathMethodTest);

}  // namespace
}  // namespace shoal::attribution
