// SPDX-License-Identifier: MIT
// How close global epistasis comes to what can be known from a library, on truths of fixed generator, seed and size.
// The larger libraries are in tests/bench/truth_bench.cpp.
#include <gtest/gtest.h>

#include "surrogate/epistasis/global_epistasis.hpp"
#include "surrogate/epistasis_oracle.hpp"

namespace shoal::surrogate {
namespace {

struct Judged {
  double epistasis = 0;  // test::shortfall on the test rows
  double ridge = 0;
  double oracle = 0;
};

std::vector<double> predictions(GlobalEpistasisFit const& fit, kernels::MatrixView<std::uint8_t const> letters) {
  std::vector<double> values = phi_of(fit.parameters, letters, 1);
  for (double& value : values) value = fit.curve(value);
  return values;
}

Judged judged(test::TruthOptions const& options, GlobalEpistasisOptions epistasis = {}) {
  test::Truth const truth = test::drawn_truth(options);
  Observations const observations = truth.observations();
  auto const backend = device::Backend::cpu(1);
  Interactions const interactions = options.pairwise ? Interactions::pairwise : Interactions::additive;
  FeatureOperator const features(*backend, observations, {interactions, 0, std::nullopt});
  auto const lost = [&](std::vector<double> const& values) {
    return test::shortfall(truth, observations.split.test, values);
  };
  Judged result;
  result.epistasis =
      lost(predictions(fit_global_epistasis(features, observations, 0, epistasis), observations.letters));
  result.oracle = lost(test::EpistasisOracle(truth, options, features).predictions());
  epistasis.curve = CurveKind::identity;
  result.ridge = lost(predictions(fit_global_epistasis(features, observations, 0, epistasis), observations.letters));
  return result;
}

TEST(EpistasisCeiling, AdditiveUnderSkewedNoise) {
  for (std::int64_t const length : {30, 50}) {
    GlobalEpistasisOptions options;
    options.noise = NoiseKind::skewed_t;
    Judged const found =
        judged({.length = length, .rows = 25 * (3 * length + 1), .law = test::TruthNoise::skewed_t}, options);
    EXPECT_LT(found.epistasis, 0.01) << length;
    EXPECT_LT(found.oracle, found.epistasis + 0.001) << length;
  }
}

TEST(EpistasisCeiling, PairsNearAFitThatKnowsCurveAndNoise) {
  for (unsigned const seed : {1u, 2u}) {
    Judged const found = judged({.length = 16, .rows = 6000, .pairwise = true, .rate = 0.2, .seed = seed});
    EXPECT_LT(found.epistasis, found.oracle + 0.01) << seed;
    EXPECT_LT(found.oracle, found.epistasis + 0.002) << seed;
    EXPECT_LT(found.epistasis, found.ridge - 0.02) << seed;
  }
}

// As many pairs as rows: neither of two lambdas two decades apart comes near the lambdas between them.
TEST(EpistasisCeiling, LambdasBetweenTheListedAreTried) {
  test::TruthOptions const options{.length = 24, .rows = 4000, .pairwise = true};
  GlobalEpistasisOptions sparse;
  sparse.linear.lambdas = {1, 100};
  Judged const found = judged(options, sparse);
  GlobalEpistasisOptions one = sparse;
  for (double const lambda : sparse.linear.lambdas) {
    one.linear.lambdas = {lambda};
    EXPECT_LT(found.epistasis, judged(options, one).epistasis - 0.003) << lambda;
  }
  EXPECT_LT(found.epistasis, found.oracle + 0.01);
}

TEST(EpistasisCeiling, PairsUnderCauchyNoise) {
  GlobalEpistasisOptions cauchy;
  cauchy.noise = NoiseKind::cauchy;
  Judged const found =
      judged({.length = 24, .rows = 4000, .pairwise = true, .noise = 0.1, .law = test::TruthNoise::cauchy}, cauchy);
  EXPECT_LT(found.epistasis, found.oracle + 0.01);
}

TEST(EpistasisCeiling, SmallLibrariesOfALongSequence) {
  for (std::int64_t const rows : {500, 1000, 2000}) {
    Judged const found = judged({.length = 249, .rows = rows, .seed = 4});
    EXPECT_LT(found.epistasis, found.ridge + 0.005) << rows;
  }
}

}  // namespace
}  // namespace shoal::surrogate
