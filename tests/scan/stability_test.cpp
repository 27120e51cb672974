// SPDX-License-Identifier: MIT
// Replicates and growing libraries against scans of their own, one for each seed and size.
#include "scan/stability.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "scan/linear_network.hpp"

namespace shoal::scan {
namespace {

using test::explained;
using test::linear_network;

std::string const locus = "ACGTNACG";

ScanOptions options_for(double scale, std::int64_t mutants) {
  ScanOptions options;
  // The steeper the sigmoid, the less of it is additive.
  auto const activation = scale == 0 ? network::Activation::linear : network::Activation::sigmoid;
  options.networks = {{"linear", linear_network(activation, scale == 0 ? 1.0 : scale)}};
  options.methods = {"additive-ridge", "ism", "neighbour-ridge"};
  options.design.mutants = mutants;
  options.design.rate = 0.3;
  options.design.seed = 7;
  options.ridge.lambdas = {0.01};
  options.output = "unused";
  return options;
}

// Methods come task by task.
std::vector<float> const& map_of(store::Row const& row, std::size_t task, std::size_t method) {
  return row.results[3 * task + method].map();
}

double correlation(std::vector<float> const& one, std::vector<float> const& other) {
  double const count = static_cast<double>(one.size());
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    x += one[i] / count;
    y += other[i] / count;
    xx += double{one[i]} * one[i] / count;
    yy += double{other[i]} * other[i] / count;
    xy += double{one[i]} * other[i] / count;
  }
  return (xy - x * y) / std::sqrt((xx - x * x) * (yy - y * y));
}

TEST(Stability, ByHand) {
  EXPECT_EQ(growth_sizes(20000), (std::vector<std::int64_t>{625, 1250, 2500, 5000, 10000, 20000}));
  EXPECT_EQ(compared_sizes(1001), (std::vector<std::int64_t>{126, 251, 501}));
  std::vector<float> const up{1, 2, 3}, down{6, 4, 2}, flat{5, 5, 5}, zero{0, 0, 0};
  EXPECT_NEAR(map_correlation(up, down), -1.0, 1e-15);
  EXPECT_EQ(map_correlation(up, flat), 0.0);
  EXPECT_EQ(map_correlation(flat, flat), 1.0);
  EXPECT_EQ(map_correlation(flat, zero), 0.0);
  EXPECT_NEAR(mean_correlation({up, down, up}), -1.0 / 3, 1e-15);
  EXPECT_EQ(map_deviation({{1, 5}, {3, 5}}), (std::vector<float>{std::sqrt(2.0F), 0}));
}

TEST(Stability, ReplicatesAreScansWithTheNextSeeds) {
  ScanOptions options = options_for(2.0, 480);
  options.stability.replicates = 3;
  store::Row const row = explained(options, locus);
  std::vector<store::Row> seeds, sizes;
  for (std::uint64_t const seed : {7, 8, 9}) {
    ScanOptions alone = options_for(2.0, 480);
    alone.design.seed = seed;
    seeds.push_back(explained(alone, locus));
  }
  for (std::int64_t const mutants : {60, 120, 240}) sizes.push_back(explained(options_for(2.0, mutants), locus));
  auto const schema = make_schema(options, make_methods(options), 5, test::length);
  for (std::size_t task = 0; task < 2; ++task) {
    for (std::size_t const method : {0U, 2U}) {
      attribution::Attribution const& result = row.results[3 * task + method];
      EXPECT_EQ(result.map(), map_of(seeds[0], task, method));
      auto const& arrays = schema.methods[method].arrays;
      ASSERT_EQ(result.arrays.size(), arrays.size());
      ASSERT_EQ(result.scalars.size(), schema.methods[method].scalars.size());
      EXPECT_EQ(arrays[arrays.size() - 2].name, "map_sd");
      auto const& deviation = std::get<std::vector<float>>(result.arrays[arrays.size() - 2]);
      double largest = 0;
      for (std::size_t i = 0; i < deviation.size(); ++i) {
        double sum = 0, squares = 0;
        for (auto const& seed : seeds) sum += map_of(seed, task, method)[i];
        for (auto const& seed : seeds) squares += std::pow(map_of(seed, task, method)[i] - sum / 3, 2);
        EXPECT_NEAR(deviation[i], std::sqrt(squares / 2), 1e-7);
        largest = std::max(largest, double{deviation[i]});
      }
      EXPECT_GT(largest, 1e-4);
      double expected = 0;
      for (auto const& [a, b] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
        expected += correlation(map_of(seeds[static_cast<std::size_t>(a)], task, method),
                                map_of(seeds[static_cast<std::size_t>(b)], task, method)) /
                    3;
      }
      EXPECT_EQ(schema.methods[method].scalars.back(), "replicate_correlation");
      EXPECT_NEAR(result.scalars.back(), expected, 1e-6);
      auto const& by_size = std::get<std::vector<double>>(result.arrays.back());
      for (std::size_t part = 0; part < 3; ++part) {
        EXPECT_NEAR(by_size[part], correlation(map_of(sizes[part], task, method), result.map()), 1e-6);
      }
    }
    // In-silico mutagenesis needs no library.
    EXPECT_EQ(row.results[3 * task + 1].arrays.size(), 1u);
  }
}

double used(store::Row const& row) {
  return row.task_scalars[3];
}

TEST(Stability, AnAdditiveNetworkConvergesBeforeOneThatIsNot) {
  ScanOptions additive = options_for(0, 3200);
  additive.stability.converge = 0.99;
  ScanOptions steep = options_for(6.0, 3200);
  steep.stability.converge = 0.99;
  auto const schema = make_schema(additive, make_methods(additive), 5, test::length);
  EXPECT_EQ(schema.task_scalars,
            (std::vector<std::string>{"wild_type", "library_mean", "library_sd", "mutants", "convergence"}));
  store::Row const early = explained(additive, locus);
  store::Row const late = explained(steep, locus);
  EXPECT_EQ(used(early), 200);
  EXPECT_GT(used(late), 200);
  EXPECT_GE(early.task_scalars[4], 0.99);
  for (store::Row const* row : {&early, &late}) {
    ScanOptions plain = options_for(row == &early ? 0 : 6.0, static_cast<std::int64_t>(used(*row)));
    store::Row const whole = explained(plain, locus);
    for (std::size_t i = 0; i < row->results.size(); ++i) {
      EXPECT_EQ(row->results[i].arrays, whole.results[i].arrays) << i;
      EXPECT_EQ(row->results[i].scalars, whole.results[i].scalars) << i;
    }
    EXPECT_EQ(row->task_scalars[1], whole.task_scalars[1]);
  }
  // Never reached: all mutants.
  steep.stability.converge = 0.9999999;
  store::Row const never = explained(steep, locus);
  EXPECT_EQ(used(never), 3200);
  EXPECT_LT(never.task_scalars[4], 0.9999999);
}

// One task is steep and the other nearly additive: growth goes on for the steep one, wherever it stands.
TEST(Stability, TheWorstTaskDecidesWhetherALibraryHasGrownEnough) {
  auto const used_with = [](double first, double second) {
    ScanOptions options = options_for(1.0, 3200);
    auto network = std::make_shared<network::Network>(*linear_network(network::Activation::sigmoid, 1.0));
    auto& kernel = std::get<network::Dense>(network->nodes[2].layer).kernel;
    for (std::size_t i = 0; i < kernel.size(); ++i) kernel[i] *= static_cast<float>(i % 2 == 0 ? first : second);
    options.networks = {{"two", network}};
    options.stability.converge = 0.99;
    return used(explained(options, locus));
  };
  double const additive = used_with(0.01, 0.01);
  double const steep_first = used_with(6.0, 0.01);
  double const steep_last = used_with(0.01, 6.0);
  EXPECT_EQ(additive, 200);
  EXPECT_GT(steep_first, additive);
  EXPECT_GT(steep_last, additive);
}

TEST(Stability, NeitherThreadsNorBatchesShow) {
  ScanOptions options = options_for(3.0, 640);
  options.stability = {.replicates = 2, .converge = 0.9};
  store::Row const one = explained(options, locus);
  options.batch = 7;
  store::Row const other = explained(options, locus, 3);
  EXPECT_EQ(one.task_scalars, other.task_scalars);
  for (std::size_t i = 0; i < one.results.size(); ++i) {
    EXPECT_EQ(one.results[i].arrays, other.results[i].arrays) << i;
    EXPECT_EQ(one.results[i].scalars, other.results[i].scalars) << i;
  }
}

TEST(Stability, WhatCannotBeIsRefusedByName) {
  auto const refusal = [](auto const& change) {
    ScanOptions options = options_for(0, 400);
    change(options);
    try {
      options.validate(make_methods(options));
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::config);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal([](ScanOptions&) {}), "");
  EXPECT_NE(refusal([](ScanOptions& o) { o.stability.converge = 1.5; }).find("--converge"), std::string::npos);
  EXPECT_NE(refusal([](ScanOptions& o) { o.stability.replicates = -1; }).find("--replicates"), std::string::npos);
  EXPECT_NE(refusal([](ScanOptions& o) {
              o.stability.converge = 0.9;
              o.keep_y = true;
            }).find("--keep-y"),
            std::string::npos);
  EXPECT_NE(refusal([](ScanOptions& o) {
              o.methods = {"ism"};
              o.stability.replicates = 2;
            }).find("--replicates"),
            std::string::npos);
  EXPECT_NE(refusal([](ScanOptions& o) {
              o.stability = {.replicates = 1, .converge = 0.9};
              o.ridge.lambdas = {1, 2};
            }).find("--replicates fits libraries of 4 mutants"),
            std::string::npos);
  EXPECT_NE(refusal([](ScanOptions& o) {
              o.design.mutants = 8;
              o.stability.replicates = 1;
            }).find("--replicates"),
            std::string::npos);
}

}  // namespace
}  // namespace shoal::scan
