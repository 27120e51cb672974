// SPDX-License-Identifier: MIT
#include "scan/faithfulness.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "base/correlation.hpp"
#include "base/error.hpp"
#include "scan/linear_network.hpp"

namespace shoal::scan {
namespace {

using test::explained;
using test::linear_network;

ScanOptions options_for(std::vector<std::string> methods,
                        network::Activation activation = network::Activation::linear) {
  ScanOptions options;
  options.networks = {{"linear", linear_network(activation, 1.0)}};
  options.methods = std::move(methods);
  options.design.mutants = 400;
  options.design.rate = 0.3;
  options.ridge.lambdas = {1e-9};
  options.faithfulness.mutants = 100;
  options.output = "unused";
  return options;
}

std::map<std::string, double> numbers_of(ScanOptions const& options, store::Row const& row, std::size_t result) {
  auto const schema = make_schema(options, make_methods(options), 5, test::length);
  auto const& names = schema.methods[result % schema.methods.size()].scalars;
  EXPECT_EQ(names.size(), row.results[result].scalars.size());
  std::map<std::string, double> numbers;
  for (std::size_t i = 0; i < names.size(); ++i) numbers[names[i]] = row.results[result].scalars[i];
  return numbers;
}

TEST(Faithfulness, ExactMapsOfALinearNetworkPredictAllOfIt) {
  for (auto const& methods : {std::vector<std::string>{"ism", "saliency"},
                              {"additive-ridge", "ism", "saliency"},
                              {"deepshap", "smoothgrad"}}) {
    auto const options = options_for(methods);
    auto const row = explained(options, "ACGTNACG");
    ASSERT_EQ(row.status, store::Status::done) << row.message;
    for (std::size_t result = 0; result < row.results.size(); ++result) {
      auto numbers = numbers_of(options, row, result);
      EXPECT_NEAR(numbers["faithfulness_r2"], 1, 1e-5) << methods[result % methods.size()];
      EXPECT_NEAR(numbers["faithfulness_pearson"], 1, 1e-5);
      EXPECT_GT(numbers["faithfulness_spearman"], 0.999);
      EXPECT_NEAR(numbers["infidelity"], 0, 1e-5);
      EXPECT_NEAR(numbers["completeness_gap"], 0, 1e-4);
    }
  }
}

TEST(Faithfulness, FlippedMapsExplainNothingAndShuffledOnesAreZeroInTheMean) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  constexpr std::size_t length = 60, rows = 300, loci = 200;
  double sum = 0, squares = 0;
  for (std::size_t locus = 0; locus < loci; ++locus) {
    std::vector<float> map(4 * length);
    for (float& value : map) value = normal(random);
    auto shuffled = map;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::vector<double> truth, flipped, mixed;
    for (std::size_t row = 0; row < rows; ++row) {
      std::vector<std::uint8_t> sequence(length);
      for (auto& code : sequence) code = static_cast<std::uint8_t>(random() % 4);
      truth.push_back(predicted_score(map, sequence));
      flipped.push_back(-truth.back());
      mixed.push_back(predicted_score(shuffled, sequence));
    }
    auto const of_flipped = prediction_quality(flipped, truth, 0, 0);
    EXPECT_NEAR(of_flipped[0], -1, 1e-12);
    EXPECT_EQ(of_flipped[2], 0);
    EXPECT_NEAR(of_flipped[3], 4, 1e-12);  // (-y - y)² over y²
    double const r = prediction_quality(mixed, truth, 0, 0)[0];
    sum += r / loci;
    squares += r * r / loci;
  }
  EXPECT_LT(std::abs(sum), 2 * std::sqrt(squares / loci));
  EXPECT_LT(squares, 0.02);
}

TEST(Faithfulness, CurvesByHand) {
  // Own bases minus means: position 0 has 1.5, position 1 has -0.75, position 2 is N.
  std::vector<float> const map = {2, 0, 0, /* C */ 0, -1, 0, /* G */ 0, 0, 0, /* T */ 0, 0, 0};
  std::vector<std::uint8_t> const wild_type = {0, 1, 4}, background = {3, 2, 4};
  auto const sequences = curve_sequences(map, wild_type, {background});
  ASSERT_EQ(sequences.size(), 20U * 3);
  auto const row = [&](std::size_t number) {
    return std::vector<std::uint8_t>(sequences.begin() + static_cast<std::ptrdiff_t>(3 * number),
                                     sequences.begin() + static_cast<std::ptrdiff_t>(3 * number + 3));
  };
  EXPECT_EQ(row(0), wild_type);
  EXPECT_EQ(row(4), (std::vector<std::uint8_t>{3, 1, 4}));
  EXPECT_EQ(row(9), background);
  EXPECT_EQ(row(10), background);
  EXPECT_EQ(row(14), (std::vector<std::uint8_t>{0, 2, 4}));
  EXPECT_EQ(row(19), wild_type);
  std::vector<double> scores(20, 1.0);
  std::fill(scores.begin() + 10, scores.end(), 4.0);
  // Wild type 5, deletion 1 everywhere, insertion 4 everywhere, background 1; unit 2.
  EXPECT_THAT(curve_numbers(scores, 5, 3, 2), testing::ElementsAre(2, 1.5, 0.5));
  EXPECT_THAT(curve_numbers(scores, 5, 3, 0), testing::ElementsAre(0, 0, 0));
}

TEST(Faithfulness, MethodsAreMeasuredOnTheLibrarysHeldOutMutants) {
  auto options = options_for({"additive-ridge"}, network::Activation::sigmoid);
  options.keep_y = true;
  auto const row = explained(options, "ACGTAACG");
  auto numbers = numbers_of(options, row, 0);
  // additive-ridge measures itself on the same rows: the squared correlation.
  EXPECT_NEAR(numbers["faithfulness_r2"], numbers["pearson2_test"], 1e-4);
  EXPECT_GT(numbers["deletion"], -5);
}

TEST(Faithfulness, TheOrderOfMethodsIsThatOfAnotherLibrary) {
  std::vector<std::string> const methods = {"ism", "saliency", "integrated-gradients", "gradient-x-input"};
  std::vector<std::vector<double>> found;
  for (std::uint64_t const seed : {1, 2}) {
    auto options = options_for(methods, network::Activation::exponential);
    options.faithfulness.mutants = 4000;
    options.design.seed = seed;
    auto const row = explained(options, "ACGTAACG");
    std::vector<double>& values = found.emplace_back();
    for (std::size_t method = 0; method < methods.size(); ++method) {
      values.push_back(numbers_of(options, row, method)["faithfulness_r2"]);
    }
  }
  EXPECT_EQ(ranks_from_lowest(found[0]), ranks_from_lowest(found[1]));
  EXPECT_NE(found[0], found[1]);
}

TEST(Faithfulness, WhatCannotBeMeasuredIsRefused) {
  FaithfulnessOptions const few{.mutants = 5};
  EXPECT_THROW(few.validate(0, {}), Error);
  FaithfulnessOptions const enough{.mutants = 100};
  surrogate::RidgeOptions ridge;
  ridge.holdout = 0;
  EXPECT_NO_THROW(enough.validate(0, ridge));
  EXPECT_THROW(enough.validate(400, ridge), Error);
}

}  // namespace
}  // namespace shoal::scan
