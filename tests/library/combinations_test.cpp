// SPDX-License-Identifier: MIT
// Complete libraries: every sequence is there, in the stated order.
#include "library/combinations.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kernels/library/packed.hpp"
#include "support/backends.hpp"

namespace shoal::library {
namespace {

using Codes = std::vector<std::uint8_t>;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts(Library const& library) {
  Codes const codes = library.codes();
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < codes.size(); i += static_cast<std::size_t>(library.length())) {
    std::string row;
    for (std::size_t k = i; k < i + static_cast<std::size_t>(library.length()); ++k) row += "ACGTN"[codes[k]];
    rows.push_back(row);
  }
  return rows;
}

std::size_t substitutions(std::string const& one, std::string const& other) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < one.size(); ++i) count += one[i] != other[i] ? 1u : 0u;
  return count;
}

template <class Call>
std::string error_of(ErrorCode code, Call call) {
  try {
    call();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "no error";
}

class Combinations : public test::OnBackend {};

// Two positions of GTC, by hand: reference, order 1 (position, then letter), order 2 (the last position fastest).
TEST_P(Combinations, AreInTheirOrder) {
  Codes const wild_type = {2, 3, 1};
  std::int32_t const sites[] = {0, 2};
  EXPECT_THAT(texts(combinatorial_library(backend(), wild_type, sites)),
              ElementsAre("GTC", "ATC", "CTC", "TTC", "GTA", "GTG", "GTT", "ATA", "ATG", "ATT", "CTA", "CTG", "CTT",
                          "TTA", "TTG", "TTT"));
}

TEST_P(Combinations, AreComplete) {
  Codes wild_type(40);
  for (std::size_t i = 0; i < wild_type.size(); ++i) wild_type[i] = static_cast<std::uint8_t>(i * 7 % 4);
  wild_type[3] = kernels::code_n;
  std::int32_t const sites[] = {1, 8, 30, 31, 32, 39};  // across words of 32 bases
  auto const rows = texts(combinatorial_library(backend(), wild_type, sites));
  ASSERT_EQ(rows.size(), 4096u);
  EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), 4096u);
  for (std::size_t row = 1; row < rows.size(); ++row) {
    EXPECT_LE(substitutions(rows[row - 1], rows[0]), substitutions(rows[row], rows[0]));
    for (std::size_t position = 0; position < 40; ++position) {
      bool const may_change = std::ranges::find(sites, static_cast<std::int32_t>(position)) != std::end(sites);
      ASSERT_TRUE(may_change || rows[row][position] == rows[0][position]) << row << " at " << position;
    }
  }
  // Fewer orders are the first rows of the complete library.
  auto const two = texts(combinatorial_library(backend(), wild_type, sites, 2));
  EXPECT_EQ(two.size(), 1u + 6 * 3 + 15 * 9);
  EXPECT_TRUE(std::equal(two.begin(), two.end(), rows.begin()));
  EXPECT_EQ(texts(combinatorial_library(backend(), wild_type, sites, 0)), std::vector<std::string>{rows[0]});
}

TEST(CombinationCount, IsTheSumOverOrders) {
  EXPECT_EQ(combination_count(5, -1), 1024);
  EXPECT_EQ(combination_count(11, -1), most_combinations);
  EXPECT_EQ(combination_count(249, 1), 1 + 3 * 249);
  EXPECT_EQ(combination_count(249, 2), 1 + 3 * 249 + 9 * 249 * 248 / 2);
  EXPECT_EQ(combination_count(3, 7), 64);
  EXPECT_EQ(combination_count(0, -1), 1);
  EXPECT_THAT(error_of(ErrorCode::config, [] { combination_count(12, -1); }), HasSubstr("12 positions"));
  EXPECT_THAT(error_of(ErrorCode::config, [] { combination_count(249, 3); }), HasSubstr("up to 3"));
  EXPECT_THAT(error_of(ErrorCode::config, [] { combination_count(2147483647, 9); }), HasSubstr("--orders"));
  EXPECT_THAT(error_of(ErrorCode::config, [] { combination_count(4, -2); }), HasSubstr("--orders -2"));
}

Design window_design(std::int64_t start, std::int64_t stop) {
  Design design;
  design.kind = DesignKind::combinatorial;
  design.window_start = start;
  design.window_stop = stop;
  design.seed = 5;
  design.mutants = combinatorial_mutants(design);
  return design;
}

TEST_P(Combinations, AreShuffledForFits) {
  Codes const wild_type = {0, 1, 2, 3, 0, 1, 2, 3, 0};
  Design const design = window_design(2, 7);
  auto const shuffled = texts(make_library(backend(), design, 77, wild_type));
  std::int32_t const sites[] = {2, 3, 4, 5, 6};
  auto ordered = texts(combinatorial_library(backend(), wild_type, sites));
  EXPECT_EQ(shuffled[0], ordered[0]);
  EXPECT_NE(shuffled, ordered);
  auto sorted = shuffled;
  std::ranges::sort(sorted);
  std::ranges::sort(ordered);
  EXPECT_EQ(sorted, ordered);
  EXPECT_EQ(texts(make_library(backend(), design, 77, wild_type)), shuffled);
  EXPECT_NE(texts(make_library(backend(), design, 78, wild_type)), shuffled);
}

TEST_P(Combinations, RefuseWhatCannotBeComplete) {
  Codes const with_n = {0, 1, 4, 3, 0};
  EXPECT_THAT(error_of(ErrorCode::numeric, [&] { make_library(backend(), window_design(1, 4), 1, with_n); }),
              HasSubstr("position 2 of the window is N"));
  Design wrong_size = window_design(3, 5);
  wrong_size.mutants = 20000;
  EXPECT_THAT(error_of(ErrorCode::config, [&] { make_library(backend(), wrong_size, 1, with_n); }),
              HasSubstr("the combinatorial library has 16 rows"));
  EXPECT_THAT(error_of(ErrorCode::config, [&] { window_design(1, -1); }), HasSubstr("--window 1:-1"));
}

SHOAL_ON_EVERY_BACKEND(Combinations);

}  // namespace
}  // namespace shoal::library
