// SPDX-License-Identifier: MIT
#include "attribution/method.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "attribution/small_network.hpp"
#include "base/error.hpp"
#include "support/backends.hpp"
#include "support/reference_network.hpp"

namespace shoal::attribution {
namespace {

constexpr std::int32_t length = 41;

// y = x · weights + 0.25, weights [position, channel] = [length, 4].
std::shared_ptr<network::Network const> linear_network(std::vector<float> const& weights) {
  test::NetworkMaker maker(length, 3);
  maker.add(network::Flatten{});
  network::Dense dense;
  dense.units = 1;
  dense.kernel = weights;
  dense.bias = {0.25F};
  maker.add(dense);
  return maker.network();
}

std::vector<std::uint8_t> wild_type_with_unknowns() {
  std::vector<std::uint8_t> codes;
  for (int position = 0; position < length; ++position) codes.push_back(static_cast<std::uint8_t>(position * 7 % 4));
  codes[0] = codes[13] = codes[length - 1] = kernels::code_n;
  return codes;
}

// Everything that a method sees at a locus, from a random library.
class Locus {
 public:
  Locus(device::Backend const& backend, std::shared_ptr<network::Network const> network, std::int64_t mutants)
      : wild_type_(wild_type_with_unknowns()),
        scorer_(backend, network, network::select_tasks(*network, {})),
        library_(library::random_library(backend, {.mutants = mutants, .rate = 0.2, .seed = 9}, 77, wild_type_)),
        scores_(backend, static_cast<std::size_t>(mutants) * scorer_.tasks().size()) {
    scorer_.score(library_.view(), scores_);
  }
  LocusContext context(device::Backend const& backend) { return {backend, scorer_, wild_type_, library_, scores_}; }
  std::vector<std::uint8_t> const& wild_type() const { return wild_type_; }
  device::Buffer<float>& scores() { return scores_; }

 private:
  std::vector<std::uint8_t> wild_type_;
  inference::Scorer scorer_;
  library::Library library_;
  device::Buffer<float> scores_;
};

class MethodTest : public test::OnBackend {};

TEST_P(MethodTest, IsmEqualsExplicitMutantsBitForBit) {
  auto const network = test::small_network(length);
  Locus locus(backend(), network, 10);
  auto const found = make_method("ism", {})->explain(locus.context(backend()));
  ASSERT_EQ(found.size(), 2u);
  inference::Scorer scorer(backend(), network, network::select_tasks(*network, {}));
  auto const score_alone = [&](std::vector<std::uint8_t> const& codes) {
    library::Library const one = library::explicit_library(backend(), codes, 1, length);
    device::Buffer<float> scores(backend(), 2);
    scorer.score(one.view(), scores);
    return scores.to_host();
  };
  std::vector<float> const base = score_alone(locus.wild_type());
  for (std::size_t position = 0; position < length; ++position) {
    for (std::uint8_t code = 0; code < 4; ++code) {
      std::uint8_t const own = locus.wild_type()[position];
      std::vector<std::uint8_t> mutant = locus.wild_type();
      if (own != kernels::code_n) mutant[position] = code;
      std::vector<float> const scores = score_alone(mutant);
      for (std::size_t task = 0; task < 2; ++task) {
        float const expected = own == kernels::code_n || own == code ? 0.0F : scores[task] - base[task];
        EXPECT_EQ(found[task].map()[code * length + position], expected) << position << " " << int{code};
      }
    }
  }
}

TEST_P(MethodTest, RidgeFindsTheWeightsOfALinearNetwork) {
  std::vector<float> weights;
  for (int i = 0; i < 4 * length; ++i) weights.push_back(static_cast<float>(std::sin(i * 1.7)));
  Locus locus(backend(), linear_network(weights), 1000);
  MethodOptions options;
  options.ridge.lambdas = {1e-6, 1e-5};
  auto const method = make_method("additive-ridge", options);
  auto const found = method->explain(locus.context(backend()));
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].scalars.size(), method->scalar_names().size());
  for (std::size_t position = 0; position < length; ++position) {
    float const* const own = weights.data() + 4 * position;
    double const mean = (double{own[0]} + own[1] + own[2] + own[3]) / 4;
    for (std::size_t base = 0; base < 4; ++base) {
      double const expected = locus.wild_type()[position] == kernels::code_n ? 0.0 : own[base] - mean;
      EXPECT_NEAR(found[0].map()[base * length + position], expected, 2e-6);
    }
  }
  EXPECT_EQ(method->scalar_names()[1], "lambda");
  EXPECT_EQ(found[0].scalars[1], 1e-6);
  EXPECT_EQ(method->scalar_names()[4], "r2_test");
  EXPECT_NEAR(found[0].scalars[4], 1.0, 1e-9);
}

TEST_P(MethodTest, ScoresThatAreNotFiniteAreNumericErrors) {
  auto const code_of = [&](std::string const& name, Locus& locus) {
    try {
      make_method(name, {})->explain(locus.context(backend()));
      return ErrorCode::internal;
    } catch (Error const& error) {
      return error.code();
    }
  };
  std::vector<float> weights(4 * length, 1.0F);
  weights[4 * 20] = INFINITY;
  Locus locus(backend(), linear_network(weights), 100);
  EXPECT_EQ(code_of("ism", locus), ErrorCode::numeric);
  EXPECT_EQ(code_of("additive-ridge", locus), ErrorCode::numeric);
}

SHOAL_ON_EVERY_BACKEND(MethodTest);

TEST(Methods, NamesAndWhatTheyNeed) {
  EXPECT_EQ(make_method("ism", {})->name(), "ism");
  EXPECT_FALSE(make_method("ism", {})->uses_library());
  EXPECT_EQ(make_method("additive-ridge", {})->name(), "additive-ridge");
  EXPECT_TRUE(make_method("additive-ridge", {})->uses_library());
  EXPECT_EQ(make_method("additive-ridge", {})->notes().count("gauge"), 1u);
  try {
    make_method("saliencey", {});
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    EXPECT_NE(std::string(error.what()).find("additive-ridge"), std::string::npos);
  }
}

}  // namespace
}  // namespace shoal::attribution
