// SPDX-License-Identifier: MIT
// Diploid libraries against SQUID's two-hot code, written down by hand (channels A, C, G, T).
#include "library/two_hot.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "chi_square.hpp"

namespace shoal::library {
namespace {

using Column = std::array<std::uint8_t, 4>;
using testing::HasSubstr;

TEST(TwoHot, IsSquidsCode) {
  struct {
    char letter;
    Column column;
  } const code[] = {{'A', {2, 0, 0, 0}}, {'C', {0, 2, 0, 0}}, {'G', {0, 0, 2, 0}}, {'T', {0, 0, 0, 2}},
                    {'R', {1, 0, 1, 0}}, {'Y', {0, 1, 0, 1}}, {'S', {0, 1, 1, 0}}, {'W', {1, 0, 0, 1}},
                    {'K', {0, 0, 1, 1}}, {'M', {1, 1, 0, 0}}};
  for (auto const& [letter, column] : code) {
    auto const symbol = static_cast<std::uint8_t>(genotype_letters.find(letter));
    EXPECT_EQ(two_hot(symbol), column) << letter;
    std::array<float, 4> numbers;
    for (std::size_t i = 0; i < 4; ++i) numbers[i] = column[i];
    EXPECT_EQ(genotype_of(numbers), symbol) << letter;
  }
  EXPECT_EQ(two_hot(genotype_unknown), Column{});
  EXPECT_EQ(genotype_of({0, 0, 0, 0}), genotype_unknown);
}

TEST(TwoHot, RefusesOtherColumns) {
  for (std::array<float, 4> const& column :
       {std::array<float, 4>{1, 0, 0, 0}, {1, 1, 1, 0}, {2, 1, 0, 0}, {0.5, 0.5, 0, 1}, {-2, 0, 0, 0}}) {
    try {
      genotype_of(column);
      ADD_FAILURE() << "no error";
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::input);
      EXPECT_THAT(error.what(), HasSubstr("no two-hot column"));
    }
  }
}

TEST(DiploidLibrary, HasTwoHaplotypes) {
  // A R T M N
  DiploidLibrary const library{.mutants = 1, .length = 5, .symbols = {0, 4, 3, 9, 10}};
  EXPECT_EQ(library.haplotype(0), (std::vector<std::uint8_t>{0, 0, 3, 0, 4}));
  EXPECT_EQ(library.haplotype(1), (std::vector<std::uint8_t>{0, 2, 3, 1, 4}));
}

std::vector<std::uint8_t> wild_type() {
  std::vector<std::uint8_t> symbols(40);
  for (std::size_t i = 0; i < symbols.size(); ++i) symbols[i] = static_cast<std::uint8_t>(i % 11);
  return symbols;
}

Design design(MutationLaw law) {
  Design made;
  made.mutants = 20001;
  made.law = law;
  made.rate = 0.1;
  made.seed = 3;
  return made;
}

TEST(DiploidLibrary, ChangesByItsLaw) {
  auto const original = wild_type();
  for (MutationLaw const law : {MutationLaw::poisson, MutationLaw::fixed, MutationLaw::bernoulli}) {
    DiploidLibrary const library = diploid_library(design(law), 12, original);
    double changes = 0;
    std::vector<double> steps(10), sites(40);
    for (std::size_t row = 0; row < 20001; ++row) {
      for (std::size_t i = 0; i < 40; ++i) {
        std::uint8_t const symbol = library.symbols[row * 40 + i];
        if (symbol == original[i]) continue;
        ASSERT_NE(row, 0u);
        ASSERT_NE(original[i], genotype_unknown);
        ++steps[static_cast<std::size_t>((symbol + 10 - original[i]) % 10)];
        ++sites[i];
        ++changes;
      }
    }
    // 37 sites are known: 3.7, and 4 where the law draws a number.
    double const mean = law == MutationLaw::bernoulli ? 3.7 : 4;
    EXPECT_NEAR(changes / 20000, mean, 4 * std::sqrt(mean / 20000));
    EXPECT_EQ(steps[0], 0);
    EXPECT_LT(std::abs(chi_square_excess({steps.begin() + 1, steps.end()}, [&](std::size_t) { return changes / 9; })),
              4);
    EXPECT_LT(chi_square_excess(sites, [&](std::size_t i) { return original[i] == 10 ? 0 : changes / 37; }), 4);
  }
}

// Every count is clipped to the number of sites: squid-nn fails here.
TEST(DiploidLibrary, ClipsItsCounts) {
  Design all = design(MutationLaw::poisson);
  all.rate = 1;
  all.mutants = 500;
  std::vector<std::uint8_t> const original = {4, 10, 0};
  DiploidLibrary const library = diploid_library(all, 1, original);
  for (std::size_t row = 0; row < 500; ++row) EXPECT_EQ(library.symbols[row * 3 + 1], genotype_unknown);
}

TEST(DiploidLibrary, IsOfSeedAndLocus) {
  Design small = design(MutationLaw::poisson);
  small.mutants = 30;
  auto const original = wild_type();
  auto const symbols = diploid_library(small, 12, original).symbols;
  EXPECT_EQ(diploid_library(small, 12, original).symbols, symbols);
  EXPECT_NE(diploid_library(small, 13, original).symbols, symbols);
}

}  // namespace
}  // namespace shoal::library
