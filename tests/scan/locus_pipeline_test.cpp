// SPDX-License-Identifier: MIT
#include "scan/locus/locus_pipeline.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "scan/linear_network.hpp"

namespace shoal::scan {
namespace {

using test::explained;
using test::length;
using test::linear_network;
using test::weight;
using testing::HasSubstr;

ScanOptions options_for(std::shared_ptr<network::Network const> network) {
  ScanOptions options;
  options.networks = {{"linear", std::move(network)}};
  options.methods = {"ism", "additive-ridge"};
  options.design.mutants = 400;
  options.design.seed = 7;
  options.ridge.lambdas = {1e-9};
  options.keep_y = true;
  options.output = "unused";
  return options;
}

TEST(LocusPipeline, ALinearNetworkIsRecoveredByBothMethods) {
  auto const options = options_for(linear_network(network::Activation::linear, 1.0));
  std::string const text = "ACGTNACG";
  auto const row = explained(options, text);
  EXPECT_EQ(row.index, 3);
  EXPECT_EQ(row.status, store::Status::done);
  EXPECT_EQ(row.sequence, text);
  auto const sequence = genome::to_codes(text);
  for (std::size_t task = 0; task < 2; ++task) {
    std::vector<float> const& ism = row.results[2 * task].map();
    std::vector<float> const& ridge = row.results[2 * task + 1].map();
    for (std::size_t position = 0; position < length; ++position) {
      double mean = 0;
      for (std::size_t base = 0; base < 4; ++base) mean += weight(task, position, base) / 4;
      for (std::size_t base = 0; base < 4; ++base) {
        bool const known = sequence[position] < 4;
        double const delta = known ? weight(task, position, base) - weight(task, position, sequence[position]) : 0;
        double const centred = known ? weight(task, position, base) - mean : 0;
        EXPECT_NEAR(ism[base * length + position], delta, 2e-6);
        EXPECT_NEAR(ridge[base * length + position], centred, 2e-6);
      }
    }
  }
}

TEST(LocusPipeline, KeptScoresBeginWithTheWildTypeAndGiveTheLibrarysMean) {
  auto const options = options_for(linear_network(network::Activation::linear, 1.0));
  auto const row = explained(options, "ACGTNACG");
  ASSERT_EQ(row.y.size(), 800U);
  ASSERT_EQ(row.task_scalars.size(), 6U);
  for (std::size_t task = 0; task < 2; ++task) {
    EXPECT_EQ(row.task_scalars[3 * task], row.y[400 * task]);
    double sum = 0;
    for (std::size_t mutant = 0; mutant < 400; ++mutant) sum += row.y[400 * task + mutant];
    EXPECT_NEAR(row.task_scalars[3 * task + 1], sum / 400, 1e-12);
  }
}

TEST(LocusPipeline, ALocusOfUnknownBasesIsSkipped) {
  auto const row = explained(options_for(linear_network(network::Activation::linear, 1.0)), "NNNNNNNN");
  EXPECT_EQ(row.status, store::Status::skipped);
  EXPECT_EQ(row.message, "every base is N");
  EXPECT_TRUE(row.results.empty());
}

TEST(LocusPipeline, ScoresThatAreNotFiniteMakeAFailedRowWithAReason) {
  auto const options = options_for(linear_network(network::Activation::exponential, 300.0));
  auto const row = explained(options, "ACGTACGT");
  EXPECT_EQ(row.status, store::Status::failed);
  EXPECT_THAT(row.message, HasSubstr("inf"));
  EXPECT_EQ(row.sequence, "ACGTACGT");
  EXPECT_TRUE(row.results.empty());
}

TEST(LocusPipeline, ANetworkThatNeverChangesGivesADoneRowWithoutNaN) {
  auto options = options_for(linear_network(network::Activation::linear, 0.0));
  options.methods = {"additive-ridge", "additive-ge", "pairwise-ridge", "additive-lasso", "pairwise-group-lasso"};
  options.surrogates.surrogate.noise = surrogate::NoiseKind::skewed_t;
  options.surrogates.surrogate.standard_errors = true;
  auto const schema = make_schema(options, make_methods(options), 5, length);
  auto const row = explained(options, "ACGTNACG");
  ASSERT_EQ(row.status, store::Status::done) << row.message;
  for (std::size_t at = 0; at < row.results.size(); ++at) {
    auto const& method = schema.methods[at % 5];
    auto const& result = row.results[at];
    ASSERT_EQ(result.scalars.size(), method.scalars.size()) << method.name;
    for (std::size_t i = 0; i < result.scalars.size(); ++i) {
      EXPECT_TRUE(std::isfinite(result.scalars[i])) << method.name << " " << method.scalars[i];
      if (method.scalars[i] == "fallback") {
        EXPECT_EQ(result.scalars[i], 1.0) << method.name;
      }
    }
    for (auto const& array : result.arrays) {
      std::visit(
          [&](auto const& values) {
            for (auto const value : values) ASSERT_TRUE(std::isfinite(value)) << method.name;
          },
          array);
    }
  }
}

TEST(LocusPipeline, WithoutASurrogateNoLibraryIsScored) {
  auto options = options_for(linear_network(network::Activation::linear, 1.0));
  options.methods = {"ism"};
  auto const schema = make_schema(options, make_methods(options), 5, length);
  EXPECT_THAT(schema.task_scalars, testing::ElementsAre("wild_type"));
  EXPECT_EQ(schema.keep_y, 0);
  auto const row = explained(options, "ACGTACGT");
  EXPECT_EQ(row.task_scalars.size(), 2U);
  EXPECT_TRUE(row.y.empty());
}

}  // namespace
}  // namespace shoal::scan
