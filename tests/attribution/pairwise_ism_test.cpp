// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cmath>

#include "attribution/method.hpp"
#include "attribution/small_network.hpp"
#include "base/error.hpp"
#include "support/backends.hpp"
#include "support/reference_network.hpp"

namespace shoal::attribution {
namespace {

constexpr std::int32_t length = 41;
constexpr std::size_t start = 9, stop = 16, size = stop - start;

std::vector<std::uint8_t> wild_type() {
  auto codes = test::random_codes(1, length, 21).front();
  codes[0] = codes[13] = kernels::code_n;
  return codes;
}

class PairwiseIsmTest : public test::OnBackend {
 protected:
  std::vector<Attribution> explain(std::shared_ptr<network::Network const> const& network,
                                   PairwiseOptions const& options) const {
    auto const codes = wild_type();
    inference::Scorer scorer(backend(), network, network::select_tasks(*network, {}));
    library::Library const alone = library::explicit_library(backend(), codes, 1, length);
    device::Buffer<float> const scores(backend(), 2);
    return make_method("pairwise-ism", {.ridge = {}, .pairwise = options})
        ->explain({.backend = backend(), .scorer = scorer, .wild_type = codes, .library = alone, .scores = scores});
  }
  // The scores [tasks] of one sequence, alone.
  std::vector<double> score(std::shared_ptr<network::Network const> const& network,
                            std::vector<std::uint8_t> const& codes) const {
    inference::Scorer scorer(backend(), network, network::select_tasks(*network, {}));
    library::Library const one = library::explicit_library(backend(), codes, 1, length);
    device::Buffer<float> scores(backend(), scorer.tasks().size());
    scorer.score(one.view(), scores);
    auto const host = scores.to_host();
    return {host.begin(), host.end()};
  }
};

TEST_P(PairwiseIsmTest, GivesTheArraysThatItSays) {
  PairwiseOptions const options{{start, stop}};
  auto const arrays = make_method("pairwise-ism", {.ridge = {}, .pairwise = options})->arrays(length);
  for (Attribution const& each : explain(test::small_network(length), options)) {
    ASSERT_EQ(each.arrays.size(), arrays.size());
    for (std::size_t a = 0; a < arrays.size(); ++a) {
      EXPECT_EQ(std::get<std::vector<float>>(each.arrays[a]).size(), static_cast<std::size_t>(arrays[a].size()));
    }
  }
}

TEST_P(PairwiseIsmTest, EqualsExplicitDoubleMutants) {
  auto const network = test::small_network(length);
  PairwiseOptions const options{{start, stop}};
  auto const found = explain(network, options);
  ASSERT_EQ(found.size(), 2u);
  auto const method = make_method("pairwise-ism", {.ridge = {}, .pairwise = options});
  auto const constants = method->constants(length);
  auto const& positions = std::get<std::vector<std::int64_t>>(constants.at(0).values);
  ASSERT_EQ(constants[0].shape, (std::vector<std::int64_t>{21, 2}));
  auto const codes = wild_type();
  auto const base = score(network, codes);
  auto const with = [&](std::size_t i, std::uint8_t a, std::size_t j, std::uint8_t b) {
    auto mutant = codes;
    mutant[i] = a;
    mutant[j] = b;
    return score(network, mutant);
  };
  std::vector<double> largest(2, 0.0);
  for (std::size_t p = 0; p < 21; ++p) {
    auto const i = static_cast<std::size_t>(positions[2 * p]), j = static_cast<std::size_t>(positions[2 * p + 1]);
    ASSERT_TRUE(start <= i && i < j && j < stop);
    std::vector<double> of_pair(2, 0.0);
    for (std::uint8_t a = 0; a < 4; ++a) {
      for (std::uint8_t b = 0; b < 4; ++b) {
        bool const counts = codes[i] < 4 && codes[j] < 4 && codes[i] != a && codes[j] != b;
        auto const both = counts ? with(i, a, j, b) : base;
        auto const first = counts ? with(i, a, i, a) : base, second = counts ? with(j, b, j, b) : base;
        for (std::size_t task = 0; task < 2; ++task) {
          float const expected = static_cast<float>(((both[task] - first[task]) - second[task]) + base[task]);
          EXPECT_EQ(std::get<std::vector<float>>(found[task].arrays[1])[16 * p + 4 * a + b], expected);
          of_pair[task] = std::max(of_pair[task], std::abs(static_cast<double>(expected)));
          if (counts) {
            EXPECT_EQ(found[task].map()[a * length + i], static_cast<float>(first[task] - base[task]));
          }
        }
      }
    }
    for (std::size_t task = 0; task < 2; ++task) {
      auto const& dependency = std::get<std::vector<float>>(found[task].arrays[2]);
      EXPECT_EQ(static_cast<double>(dependency[(i - start) * size + j - start]), of_pair[task]);
      EXPECT_EQ(static_cast<double>(dependency[(j - start) * size + i - start]), of_pair[task]);
      largest[task] = std::max(largest[task], of_pair[task]);
    }
  }
  for (std::size_t task = 0; task < 2; ++task) {
    EXPECT_GT(largest[task], 1e-3);
    EXPECT_NEAR(found[task].scalars[0], largest[task], 1e-6);
    for (std::size_t i = 0; i < 4 * length; ++i) {
      bool const is_outside = i % length < start || i % length >= stop;
      if (is_outside) {
        EXPECT_EQ(found[task].map()[i], 0.0F);
      }
    }
  }
}

// A window whose mutants take several chunks gives what a part of it gives.
TEST_P(PairwiseIsmTest, ALargeWindowHoldsASmallOne) {
  auto const network = test::small_network(length);
  auto const whole = explain(network, {{0, length}}), part = explain(network, {{start, stop}});
  for (std::size_t task = 0; task < 2; ++task) {
    auto const& large = std::get<std::vector<float>>(whole[task].arrays[2]);
    auto const& small = std::get<std::vector<float>>(part[task].arrays[2]);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        EXPECT_EQ(large[(i + start) * length + j + start], small[i * size + j]);
      }
    }
  }
}

// No pair matters to a network that adds up its positions.
TEST_P(PairwiseIsmTest, LinearNetworksHaveNoEpistasis) {
  test::NetworkMaker maker(length, 3);
  maker.add(network::Flatten{});
  maker.dense(1);
  auto const found = explain(maker.network(), {});
  for (float const value : std::get<std::vector<float>>(found.at(0).arrays.at(1))) {
    EXPECT_NEAR(value, 0.0F, 1e-6F);
  }
}

SHOAL_ON_EVERY_BACKEND(PairwiseIsmTest);

TEST(PairwiseOptions, WindowsAndTheirLimits) {
  EXPECT_EQ(PairwiseOptions{}.resolved(249).start, 104);
  EXPECT_EQ(PairwiseOptions{}.resolved(249).stop, 144);
  EXPECT_EQ(PairwiseOptions{}.resolved(30).size(), 30);
  EXPECT_EQ(parse_pairwise_window("3:9").resolved(20).size(), 6);
  EXPECT_EQ(parse_pairwise_window("").resolved(249).size(), 40);
  for (char const* text : {"3", "9:3", "3:4", "-1:8", "a:b"}) EXPECT_THROW(parse_pairwise_window(text), Error) << text;
  EXPECT_THROW(parse_pairwise_window("3:21").resolved(20), Error);
  EXPECT_THROW(parse_pairwise_window("0:301").resolved(1000), Error);
  EXPECT_EQ(parse_pairwise_window("0:300").resolved(1000).pairs(), 44850);
}

}  // namespace
}  // namespace shoal::attribution
