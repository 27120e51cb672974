// SPDX-License-Identifier: MIT
// Diploid genotypes against SQUID's two-hot code, written down by hand (channels A, C, G, T).
#include "library/two_hot.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

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

}  // namespace
}  // namespace shoal::library
