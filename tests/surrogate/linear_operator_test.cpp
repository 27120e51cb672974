// SPDX-License-Identifier: MIT
// The feature operator against one-hot algebra written here, and the identities that hold for any data.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "support/backends.hpp"
#include "surrogate/features/feature_operator.hpp"
#include "surrogate/surrogate_data.hpp"

namespace shoal::surrogate {
namespace {

using test::Draw;
using test::Letters;

struct Case {
  char const* name;
  Draw draw;
  FeatureOptions options;
};

std::vector<Case> cases() {
  FeatureOptions const pairwise{Interactions::pairwise};
  FeatureOptions windows{Interactions::pairwise};
  windows.between = {{0, 2}, {3, 6}};
  return {{"additive", {}, {}},
          {"neighbour", {}, {Interactions::neighbour}},
          {"pairwise", {}, pairwise},
          {"near", {}, {Interactions::pairwise, 2}},
          {"windows", {}, windows},
          {"missing", {.missing = 0.2}, pairwise},
          {"constant", {.constant = 3, .weighted = true}, pairwise},
          {"missing_and_constant", {.missing = 0.1, .constant = 2}, pairwise},
          {"protein", {.length = 5, .alphabet = 20}, pairwise}};
}

class OperatorCase : public testing::TestWithParam<Case> {
 protected:
  OperatorCase()
      : table_(test::drawn_letters(GetParam().draw)),
        backend_(device::Backend::cpu(1)),
        features_(*backend_, table_.observations(), GetParam().options) {}

  std::int64_t size() const { return features_.parameters(); }
  Letters table_;
  std::unique_ptr<device::Backend> backend_;
  FeatureOperator features_;
};

INSTANTIATE_TEST_SUITE_P(All, OperatorCase, testing::ValuesIn(cases()),
                         [](auto const& chosen) { return std::string(chosen.param.name); });

// phi by one-hot parameters is phi by the operator, for every row: the parameters lose nothing.
TEST_P(OperatorCase, ParametersGiveTheOperatorsPhi) {
  std::vector<double> const coefficients = test::drawn_numbers(size() * 3, 7);
  std::vector<double> values(table_.rows * 3);
  features_.multiply({0, table_.rows}, {coefficients.data(), size(), 3, 3}, {values.data(), table_.rows, 3, 3});
  for (Penalty const penalty : {Penalty{2, 2}, Penalty{1, 5}, Penalty{3, 0}, Penalty{0, 3}, Penalty{0, 0}}) {
    Parameters const found = features_.parameters_of(0.25, {coefficients.data(), size(), 3, 3}, 1, penalty);
    for (std::int64_t row = 0; row < table_.rows; ++row) {
      double const phi = found.phi(std::span(table_.letters).subspan(row * table_.length, table_.length));
      ASSERT_NEAR(phi, 0.25 + values[row * 3 + 1], 1e-11) << "row " << row;
    }
  }
}

TEST_P(OperatorCase, TransposedIsTheAdjoint) {
  kernels::RowRange const rows{7, table_.rows - 5};
  for (std::int64_t const columns : {1, 2, 4, 8, 11}) {
    std::vector<double> const coefficients = test::drawn_numbers(size() * columns, 3);
    std::vector<double> const weights = test::drawn_numbers(rows.size() * columns, 4);
    std::vector<double> values(rows.size() * columns);
    std::vector<double> back(size() * columns);
    features_.multiply(rows, {coefficients.data(), size(), columns, columns},
                       {values.data(), rows.size(), columns, columns});
    features_.multiply_transposed(rows, {weights.data(), rows.size(), columns, columns},
                                  {back.data(), size(), columns, columns});
    for (std::int64_t column = 0; column < columns; ++column) {
      double forward = 0;
      double backward = 0;
      for (std::int64_t row = 0; row < rows.size(); ++row)
        forward += values[row * columns + column] * weights[row * columns + column];
      for (std::int64_t i = 0; i < size(); ++i)
        backward += back[i * columns + column] * coefficients[i * columns + column];
      ASSERT_NEAR(forward, backward, 1e-10 * (1 + std::abs(forward))) << "column " << column << " of " << columns;
    }
  }
}

double penalty_of(Parameters const& parameters, Penalty penalty) {
  double const own =
      std::inner_product(parameters.additive.begin(), parameters.additive.end(), parameters.additive.begin(), 0.0);
  double const pair = std::inner_product(parameters.pair_effects.begin(), parameters.pair_effects.end(),
                                         parameters.pair_effects.begin(), 0.0);
  return penalty.additive * own + penalty.pair * pair;
}

// coefficients^T M coefficients is the penalty of the one-hot parameters, and no other gauge has less.
TEST_P(OperatorCase, PenaltyIsThatOfTheParametersAndLeastInItsGauge) {
  std::vector<double> const coefficients = test::drawn_numbers(size(), 9);
  Penalty const penalty{0.7, 1.9};
  std::vector<double> products(size());
  features_.multiply_penalty(penalty, {coefficients.data(), size(), 1, 1}, {products.data(), size(), 1, 1});
  double const expected = std::inner_product(products.begin(), products.end(), coefficients.begin(), 0.0);
  Parameters const found = features_.parameters_of(0, {coefficients.data(), size(), 1, 1}, 0, penalty);
  EXPECT_NEAR(penalty_of(found, penalty), expected, 1e-11 * expected);
  // Moving a function of one site between its additive effect and a pair, where the other site is never missing.
  std::int64_t const square = table_.alphabet * table_.alphabet;
  for (std::size_t number = 0; number < found.pairs.size(); ++number) {
    SitePair const pair = found.pairs[number];
    if (features_.layout().sites()[pair.first].has_missing) continue;
    for (double const step : {1e-3, -1e-3}) {
      Parameters moved = found;
      std::uint8_t const letter = table_.letter(0, pair.second);
      moved.additive[pair.second * table_.alphabet + letter] += step;
      for (std::uint8_t const other : features_.layout().sites()[pair.first].states) {
        moved.pair_effects[static_cast<std::int64_t>(number) * square + other * table_.alphabet + letter] -= step;
      }
      EXPECT_GT(penalty_of(moved, penalty), expected);
    }
  }
}

// Under the training rows' own frequencies the functions of a site are orthonormal and of mean 0.
TEST_P(OperatorCase, FunctionsAreOrthonormal) {
  kernels::RowRange const train = table_.split.train;
  for (Site const& site : features_.layout().sites()) {
    if (GetParam().draw.alphabet > 4) continue;  // letters that occur in validation rows only count as half a row
    for (int i = 0; i < site.dimensions; ++i) {
      std::vector<double> unit(size(), 0.0);
      unit[site.first_feature + i] = 1.0;
      std::vector<double> values(train.size());
      features_.multiply(train, {unit.data(), size(), 1, 1}, {values.data(), train.size(), 1, 1});
      double sum = 0;
      double squares = 0;
      double total = 0;
      for (std::int64_t row = 0; row < train.size(); ++row) {
        double const weight = table_.weights.empty() ? 1.0 : table_.weights[row];
        sum += weight * values[row];
        squares += weight * values[row] * values[row];
        total += weight;
      }
      EXPECT_NEAR(sum / total, 0.0, 1e-12);
      EXPECT_NEAR(squares / total, 1.0, 1e-12);
    }
  }
}

TEST_P(OperatorCase, BitsDoNotDependOnThreads) {
  std::vector<double> const coefficients = test::drawn_numbers(size() * 4, 3);
  std::vector<std::vector<double>> results;
  for (int const threads : {1, 3}) {
    auto const backend = device::Backend::cpu(threads);
    FeatureOperator const features(*backend, table_.observations(), GetParam().options);
    std::vector<double> values(table_.rows * 4);
    std::vector<double> back(size() * 4);
    features.multiply({0, table_.rows}, {coefficients.data(), size(), 4, 4}, {values.data(), table_.rows, 4, 4});
    features.multiply_transposed({0, table_.rows}, {values.data(), table_.rows, 4, 4}, {back.data(), size(), 4, 4});
    results.push_back(back);
  }
  EXPECT_EQ(results[0], results[1]);
}

// Every backend beside one thread of the host. Only sums over rows differ, in their order.
class OperatorOnBackend : public test::OnBackend {
 protected:
  void SetUp() override {
    test::OnBackend::SetUp();
    host_ = device::Backend::cpu(1);
  }
  // Calls f(an operator on the backend, one on the host, name) for every case.
  template <class Function>
  void each_case(Function const& f) const {
    for (Case const& chosen : cases()) {
      Letters const table = test::drawn_letters(chosen.draw);
      f(FeatureOperator(backend(), table.observations(), chosen.options),
        FeatureOperator(*host_, table.observations(), chosen.options), chosen.name);
    }
  }

 private:
  std::unique_ptr<device::Backend> host_;
};

// Columns of a wider matrix, so that no stride is the number of columns.
constexpr std::int64_t columns = 7;
constexpr std::int64_t stride = 9;

TEST_P(OperatorOnBackend, MultipliesWithTheSameBits) {
  each_case([](FeatureOperator const& there, FeatureOperator const& host, char const* name) {
    kernels::RowRange const rows{5, there.rows() - 3};
    std::vector<double> const in = test::drawn_numbers(there.parameters() * stride, 2);
    std::vector<std::vector<double>> found;
    for (FeatureOperator const* const features : {&there, &host}) {
      std::vector<double> values(rows.size() * stride, -1.0);
      features->multiply(rows, {in.data(), features->parameters(), columns, stride},
                         {values.data(), rows.size(), columns, stride});
      std::vector<double> products(features->parameters() * stride, -1.0);
      features->multiply_penalty({0.7, 1.9}, {in.data(), features->parameters(), columns, stride},
                                 {products.data(), features->parameters(), columns, stride});
      values.insert(values.end(), products.begin(), products.end());
      found.push_back(values);
    }
    EXPECT_EQ(found[0], found[1]) << name;
  });
}

TEST_P(OperatorOnBackend, MultipliesTransposedButForTheOrderOfSums) {
  each_case([](FeatureOperator const& there, FeatureOperator const& host, char const* name) {
    kernels::RowRange const rows{5, there.rows() - 3};
    std::vector<double> const in = test::drawn_numbers(rows.size() * stride, 2);
    std::vector<std::vector<double>> found;
    for (FeatureOperator const* const features : {&there, &host}) {
      std::vector<double> sums(features->parameters() * stride, -1.0);
      features->multiply_transposed(rows, {in.data(), rows.size(), columns, stride},
                                    {sums.data(), features->parameters(), columns, stride});
      found.push_back(sums);
    }
    double largest = 0;
    for (double const sum : found[1]) largest = std::max(largest, std::abs(sum));
    for (std::size_t i = 0; i < found[0].size(); ++i) {
      ASSERT_NEAR(found[0][i], found[1][i], 1e-13 * largest) << name << " " << i;
    }
  });
}

SHOAL_ON_EVERY_BACKEND(OperatorOnBackend);

TEST(FeatureOptions, PairsByHand) {
  FeatureOptions options{Interactions::pairwise};
  EXPECT_EQ(options.pairs(4).size(), 6u);
  options.maximum_distance = 2;
  EXPECT_EQ(options.pairs(4), (std::vector<SitePair>{{0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}}));
  options.between = {{0, 1}, {2, 4}};
  EXPECT_EQ(options.pairs(4), (std::vector<SitePair>{{0, 2}}));
  EXPECT_EQ((FeatureOptions{Interactions::neighbour}.pairs(3)), (std::vector<SitePair>{{0, 1}, {1, 2}}));
  EXPECT_TRUE(FeatureOptions{}.pairs(3).empty());
  options.between = {{0, 1}, {2, 5}};
  EXPECT_THROW((void)options.pairs(4), Error);
}

}  // namespace
}  // namespace shoal::surrogate
