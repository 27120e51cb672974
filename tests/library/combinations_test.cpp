// SPDX-License-Identifier: MIT
// Complete libraries: every sequence is there, in a random order.
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
using testing::HasSubstr;
using testing::UnorderedElementsAre;

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

Design window_design(std::int64_t start, std::int64_t stop, std::int64_t orders = -1) {
  Design design;
  design.kind = DesignKind::combinatorial;
  design.window_start = start;
  design.window_stop = stop;
  design.seed = 5;
  design.orders = orders;
  design.mutants = combinatorial_mutants(design);
  return design;
}

// Two positions of GTC, by hand.
TEST_P(Combinations, AreAllThere) {
  Codes const wild_type = {2, 3, 1};
  auto const single = texts(make_library(backend(), window_design(0, 2, 1), 1, wild_type));
  EXPECT_EQ(single[0], "GTC");
  EXPECT_THAT(single, UnorderedElementsAre("GTC", "ATC", "CTC", "TTC", "GAC", "GCC", "GGC"));
  auto const all = texts(make_library(backend(), window_design(0, 2), 1, wild_type));
  EXPECT_EQ(all[0], "GTC");
  EXPECT_THAT(all, UnorderedElementsAre("GTC", "ATC", "CTC", "TTC", "GAC", "GCC", "GGC", "AAC", "ACC", "AGC", "CAC",
                                        "CCC", "CGC", "TAC", "TCC", "TGC"));
}

TEST_P(Combinations, AreComplete) {
  Codes wild_type(40);
  for (std::size_t i = 0; i < wild_type.size(); ++i) wild_type[i] = static_cast<std::uint8_t>(i * 7 % 4);
  wild_type[3] = kernels::code_n;
  // Across words of 32 bases.
  auto const rows = texts(make_library(backend(), window_design(28, 34), 1, wild_type));
  ASSERT_EQ(rows.size(), 4096u);
  EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), 4096u);
  for (std::string const& row : rows) {
    for (std::size_t position = 0; position < 40; ++position) {
      bool const may_change = position >= 28 && position < 34;
      ASSERT_TRUE(may_change || row[position] == rows[0][position]) << row << " at " << position;
    }
  }
  auto const two = texts(make_library(backend(), window_design(28, 34, 2), 1, wild_type));
  EXPECT_EQ(two.size(), 1u + 6 * 3 + 15 * 9);
  EXPECT_EQ(std::set<std::string>(two.begin(), two.end()).size(), two.size());
  for (std::string const& row : two) EXPECT_LE(substitutions(row, two[0]), 2u);
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

TEST_P(Combinations, AreShuffledForFits) {
  Codes const wild_type = {0, 1, 2, 3, 0, 1, 2, 3, 0};
  Design const design = window_design(2, 7);
  auto const shuffled = texts(make_library(backend(), design, 77, wild_type));
  EXPECT_EQ(shuffled[0], "ACGTACGTA");
  // A fair sample in any block: 3.75 of 5 positions differ in the mean, with a standard error of 0.043 over 500 rows.
  double changes = 0;
  for (std::size_t row = 1; row <= 500; ++row)
    changes += static_cast<double>(substitutions(shuffled[row], shuffled[0]));
  EXPECT_NEAR(changes / 500, 3.75, 0.18);
  EXPECT_EQ(texts(make_library(backend(), design, 77, wild_type)), shuffled);
  auto other = texts(make_library(backend(), design, 78, wild_type));
  EXPECT_NE(other, shuffled);
  auto sorted = shuffled;
  std::ranges::sort(sorted);
  std::ranges::sort(other);
  EXPECT_EQ(sorted, other);
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
