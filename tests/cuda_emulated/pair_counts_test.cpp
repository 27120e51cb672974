// SPDX-License-Identifier: MIT
// What crosses between host and device while conjugate gradients solve a pairwise ridge. Counted on the emulated GPU,
// not measured on a GPU.
#include <gtest/gtest.h>

#include <cmath>

#include "counted.hpp"
#include "kernels/library/gradient_steps.hpp"
#include "surrogate/features/feature_operator.hpp"
#include "surrogate/ridge/linear_fit.hpp"
#include "surrogate/ridge/linear_solve.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

bool const has_settings = test::with_one_device();

FeatureOptions const pairwise{Interactions::pairwise, 0, std::nullopt};

// A pairwise ridge of all rows by conjugate gradients that end after `iterations`.
cuda_emulated::Counts solve(FeatureOperator const& features, Observations const& data, int iterations,
                            std::vector<RidgeSide> const& sides) {
  RidgeProblem const problem{features, data, {0, data.rows()}, 1, 1e-12, iterations};
  test::Since const start;
  RidgeSolutions const found = solve_by_gradients(problem, sides, {});
  cuda_emulated::Counts const counts = start.now();
  EXPECT_EQ(found.report.iterations, iterations);
  EXPECT_TRUE(std::isfinite(found.coefficients.back()));
  return counts;
}

void expect_no_vector_per_iteration(test::Letters const& table, int few, int many, char const* name) {
  auto const backend = device::Backend::cuda();
  Observations const data = table.observations();
  FeatureOperator const features(*backend, data, pairwise);
  std::vector<RidgeSide> const sides{{0, 10.0}};
  solve(features, data, few, sides);
  cuda_emulated::Counts const before = solve(features, data, few, sides);
  cuda_emulated::Counts const after = solve(features, data, many, sides);
  test::print(name, after);
  int const looks = (many + 7) / 8 - (few + 7) / 8;
  EXPECT_EQ(after.waits - before.waits, looks);
  EXPECT_EQ(after.to_host - before.to_host, looks);
  EXPECT_EQ(after.to_device, before.to_device);
  EXPECT_EQ(after.bytes_to_device, before.bytes_to_device);
  EXPECT_EQ(after.bytes_to_host - before.bytes_to_host, looks * sizeof(kernels::GradientColumn));
  EXPECT_EQ(after.allocations, 0);
  EXPECT_EQ(after.pool_growths, 0);
  std::printf("%s: %ld launches per iteration\n", name, (after.launches - before.launches) / (many - few));
}

TEST(CudaPairCounts, NoVectorCrossesPerIteration) {
  expect_no_vector_per_iteration(test::drawn_letters({.length = 12, .rows = 300, .rate = 0.2}), 3, 19, "L = 12");
}

// Without the two passes over the mutations of all rows the matrix of the system is another one, positive all the same:
// what crosses does not depend on it.
TEST(CudaPairCounts, NorDoesItForALongLocusWithManyMutants) {
  cuda_emulated::skip_kernels({"gather_kernel", "scatter_kernel"});
  expect_no_vector_per_iteration(test::drawn_letters({.length = 249, .rows = 20'000, .rate = 0.1}), 1, 3, "L = 249");
  cuda_emulated::skip_kernels({});
}

// A search over lambdas that looks at scores on the way, beside the host's.
TEST(CudaPairCounts, AFitOverLambdasIsTheHosts) {
  test::Letters const table = test::drawn_letters({.length = 12, .rows = 500, .rate = 0.2, .tasks = 2, .seed = 4});
  LinearOptions options;
  options.features = pairwise;
  options.solver = RidgeSolver::gradients;
  std::vector<LinearFit> fits;
  for (bool const on_device : {false, true}) {
    auto const backend = on_device ? device::Backend::cuda() : device::Backend::cpu();
    FeatureOperator const features(*backend, table.observations(), pairwise);
    test::Since const start;
    auto const found = fit_linear(features, table.observations(), options);
    if (on_device) test::print("pairwise fit of four lambdas, L = 12", start.now());
    fits.push_back(found[1]);
  }
  EXPECT_EQ(fits[0].lambda, fits[1].lambda);
  EXPECT_EQ(fits[0].report.iterations, fits[1].report.iterations);
  ASSERT_EQ(fits[0].coefficients.size(), fits[1].coefficients.size());
  double largest = 0;
  for (double const value : fits[0].coefficients) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < fits[0].coefficients.size(); ++i) {
    ASSERT_NEAR(fits[0].coefficients[i], fits[1].coefficients[i], 1e-10 * largest);
  }
}

}  // namespace
}  // namespace shoal::surrogate
