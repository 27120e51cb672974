// SPDX-License-Identifier: MIT
// Contexts: the windows keep their place, the rest has the stated distribution.
#include "library/context_library.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "chi_square.hpp"
#include "kernels/library/packed.hpp"
#include "support/backends.hpp"

namespace shoal::library {
namespace {

using Codes = std::vector<std::uint8_t>;
using testing::HasSubstr;

constexpr std::size_t length = 60;
constexpr double sensible = 4;

// AT-rich, with an N in the context.
Codes wild_type() {
  Codes codes(length);
  for (std::size_t i = 0; i < length; ++i) codes[i] = static_cast<std::uint8_t>("03010331203030"[i % 14] - '0');
  codes[50] = kernels::code_n;
  return codes;
}

Design context_design(ContextLaw law, double rate) {
  Design design;
  design.kind = DesignKind::context;
  design.context = law;
  design.rate = rate;
  design.mutants = 20001;
  design.window_start = 20;
  design.window_stop = 34;
  design.seed = 9;
  return design;
}

std::array<std::array<int, 4>, 4> dinucleotides(Codes const& codes, std::size_t begin, std::size_t end) {
  std::array<std::array<int, 4>, 4> counts{};
  for (std::size_t i = begin; i + 1 < end; ++i) ++counts[codes[i]][codes[i + 1]];
  return counts;
}

class ContextLibrary : public test::OnBackend {
 protected:
  std::vector<Codes> rows_of(Design const& design, std::uint64_t locus = 4) const {
    Codes const codes = make_library(backend(), design, locus, wild_type()).codes();
    std::vector<Codes> rows;
    for (auto at = codes.begin(); at != codes.end(); at += length) rows.emplace_back(at, at + length);
    return rows;
  }
};

TEST_P(ContextLibrary, KeepsThePatternAndEveryN) {
  for (ContextLaw const law : {ContextLaw::uniform, ContextLaw::composition, ContextLaw::dinucleotide}) {
    auto const rows = rows_of(context_design(law, 0));
    EXPECT_EQ(rows[0], wild_type());
    for (Codes const& row : rows) {
      ASSERT_TRUE(std::equal(row.begin() + 20, row.begin() + 34, wild_type().begin() + 20));
      ASSERT_EQ(row[50], kernels::code_n);
    }
    EXPECT_NE(rows[1], rows[2]);
  }
}

// Every base at every position with probability 1/4; neighbours, and rows, independent.
TEST_P(ContextLibrary, UniformContextsAreUniform) {
  auto const rows = rows_of(context_design(ContextLaw::uniform, 0));
  std::vector<double> single, pairs(256 * 2);
  for (std::size_t position = 0; position < length; ++position) {
    if ((position >= 20 && position < 34) || position == 50) continue;
    std::vector<double> counts(4);
    for (std::size_t row = 1; row < rows.size(); ++row) ++counts[rows[row][position]];
    single.insert(single.end(), counts.begin(), counts.end());
  }
  EXPECT_LT(std::abs(chi_square_excess(single, [](std::size_t) { return 5000.0; })), sensible);
  for (std::size_t row = 1; row + 1 < rows.size(); ++row) {
    // Positions 0 and 1 of one row and of the next; then 31 and 32 of the drawn ones, which cross a uniform's end.
    ++pairs[64u * rows[row][0] + 16u * rows[row][1] + 4u * rows[row + 1][0] + rows[row + 1][1]];
    ++pairs[256u + 64u * rows[row][45] + 16u * rows[row][46] + 4u * rows[row][2] + rows[row][58]];
  }
  EXPECT_LT(std::abs(chi_square_excess(pairs, [](std::size_t) { return 19999.0 / 256; })), sensible);
}

// With the frequencies of what is redrawn, the window left out.
TEST_P(ContextLibrary, CompositionContextsHaveTheWildTypesFrequencies) {
  Codes const original = wild_type();
  std::array<double, 4> share{};
  double known = 0;
  for (std::size_t position = 0; position < length; ++position) {
    if ((position >= 20 && position < 34) || position == 50) continue;
    ++share[original[position]];
    ++known;
  }
  auto const rows = rows_of(context_design(ContextLaw::composition, 0));
  for (std::size_t position : {0u, 19u, 34u, 49u, 51u, 59u}) {
    std::vector<double> counts(4);
    for (std::size_t row = 1; row < rows.size(); ++row) ++counts[rows[row][position]];
    EXPECT_LT(std::abs(chi_square_excess(counts, [&](std::size_t base) { return 20000 * share[base] / known; })),
              sensible)
        << position;
  }
}

TEST_P(ContextLibrary, DinucleotideContextsKeepEveryCount) {
  Codes const original = wild_type();
  auto const rows = rows_of(context_design(ContextLaw::dinucleotide, 0));
  std::map<std::string, int> seen;
  for (Codes const& row : rows) {
    for (auto const& [begin, end] : {std::pair{0u, 20u}, std::pair{34u, 50u}, std::pair{51u, 60u}}) {
      ASSERT_EQ(dinucleotides(row, begin, end), dinucleotides(original, begin, end));
      ASSERT_EQ(row[begin], original[begin]);
      ASSERT_EQ(row[end - 1], original[end - 1]);
    }
    ++seen[std::string(row.begin() + 51, row.end())];
  }
  // The last run has few arrangements, all equally probable.
  std::vector<double> counts;
  for (auto const& [run, count] : seen) counts.push_back(count);
  ASSERT_GT(counts.size(), 1u);
  EXPECT_LT(
      std::abs(chi_square_excess(counts, [&](std::size_t) { return 20001.0 / static_cast<double>(counts.size()); })),
      sensible);
}

TEST_P(ContextLibrary, MutatesTheWindowByTheLaw) {
  auto const original = wild_type();
  auto const rows = rows_of(context_design(ContextLaw::uniform, 0.25));
  double changed = 0;
  for (Codes const& row : rows) {
    for (std::size_t i = 20; i < 34; ++i) changed += row[i] != original[i] ? 1 : 0;
  }
  // Poisson(ceil(3.5)) sites per mutant, seldom clipped to 14.
  EXPECT_NEAR(changed / 20000, 4, 4 * 2 / std::sqrt(20000.0));
  // The window is that of the random library.
  Design random = context_design(ContextLaw::uniform, 0.25);
  random.kind = DesignKind::random;
  auto const same = rows_of(random);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    ASSERT_TRUE(std::equal(rows[row].begin() + 20, rows[row].begin() + 34, same[row].begin() + 20));
  }
}

Design two_windows(ContextLaw law, ContextScope scope) {
  Design design = context_design(law, 0.2);
  design.kind = DesignKind::inter_window;
  design.window_start = 5;
  design.window_stop = 15;
  design.second_start = 30;
  design.second_stop = 45;
  design.law = MutationLaw::bernoulli;
  design.scope = scope;
  return design;
}

// Two windows: their numbers of mutations have the law's means, and no correlation.
TEST_P(ContextLibrary, MutatesTwoWindowsIndependently) {
  auto const original = wild_type();
  auto const rows = rows_of(two_windows(ContextLaw::fixed, ContextScope::all));
  double sums[2] = {}, products[3] = {};
  for (std::size_t row = 1; row < rows.size(); ++row) {
    double counts[2] = {};
    for (std::size_t i = 0; i < length; ++i) {
      bool const in_one = i >= 5 && i < 15;
      bool const in_two = i >= 30 && i < 45;
      ASSERT_TRUE(in_one || in_two || rows[row][i] == original[i]);
      if (rows[row][i] != original[i]) ++counts[in_two ? 1 : 0];
    }
    for (int k = 0; k < 2; ++k) sums[k] += counts[k] / 20000;
    products[0] += counts[0] * counts[0] / 20000;
    products[1] += counts[1] * counts[1] / 20000;
    products[2] += counts[0] * counts[1] / 20000;
  }
  double const deviations[2] = {std::sqrt(products[0] - sums[0] * sums[0]), std::sqrt(products[1] - sums[1] * sums[1])};
  EXPECT_NEAR(sums[0], 2, 4 * std::sqrt(10 * 0.16 / 20000));
  EXPECT_NEAR(sums[1], 3, 4 * std::sqrt(15 * 0.16 / 20000));
  EXPECT_NEAR((products[2] - sums[0] * sums[1]) / (deviations[0] * deviations[1]), 0, 4 / std::sqrt(20000.0));
}

TEST_P(ContextLibrary, DrawsWhereItsScopeSays) {
  auto const original = wild_type();
  struct {
    ContextScope scope;
    bool between, flanks;
  } const cases[] = {
      {ContextScope::all, true, true}, {ContextScope::between, true, false}, {ContextScope::flanks, false, true}};
  for (auto const& each : cases) {
    auto const rows = rows_of(two_windows(ContextLaw::uniform, each.scope));
    std::vector<int> changed(length);
    for (Codes const& row : rows) {
      for (std::size_t i = 0; i < length; ++i) changed[i] += row[i] != original[i] ? 1 : 0;
    }
    for (std::size_t i : {15u, 22u, 29u}) EXPECT_EQ(changed[i] > 0, each.between) << i;
    for (std::size_t i : {0u, 4u, 45u, 59u}) EXPECT_EQ(changed[i] > 0, each.flanks) << i;
  }
}

TEST_P(ContextLibrary, DependsOnSeedLocusAndNothingElse) {
  Design design = context_design(ContextLaw::dinucleotide, 0.1);
  design.mutants = 50;
  auto const rows = rows_of(design);
  EXPECT_EQ(rows_of(design), rows);
  EXPECT_NE(rows_of(design, 5), rows);
  // A shorter library is the beginning of a longer one.
  design.mutants = 20;
  EXPECT_EQ(rows_of(design), std::vector<Codes>(rows.begin(), rows.begin() + 20));
  design.seed = 10;
  EXPECT_NE(rows_of(design), std::vector<Codes>(rows.begin(), rows.begin() + 20));
}

SHOAL_ON_EVERY_BACKEND(ContextLibrary);

std::string refusal(Design const& design) {
  try {
    design.validate(length);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "no error";
}

TEST(ContextDesign, IsRefusedWhereItMakesNoSense) {
  EXPECT_EQ(refusal(context_design(ContextLaw::uniform, 0)), "no error");
  EXPECT_THAT(refusal(context_design(ContextLaw::fixed, 0.1)), HasSubstr("--contexts fixed"));
  Design between = context_design(ContextLaw::uniform, 0);
  between.scope = ContextScope::between;
  EXPECT_THAT(refusal(between), HasSubstr("needs two windows"));
  Design overlap = two_windows(ContextLaw::uniform, ContextScope::all);
  overlap.second_start = 14;
  EXPECT_THAT(refusal(overlap), HasSubstr("--second-window 14:45"));
  overlap.second_start = 50;
  EXPECT_THAT(refusal(overlap), HasSubstr("--second-window 50:45 is empty"));
  Design still = two_windows(ContextLaw::fixed, ContextScope::all);
  still.rate = 0;
  EXPECT_THAT(refusal(still), HasSubstr("--rate 0"));
}

TEST(DesignNames, GoBothWays) {
  for (auto kind : {DesignKind::random, DesignKind::combinatorial, DesignKind::context, DesignKind::inter_window}) {
    EXPECT_EQ(parse_design(to_string(kind)), kind);
  }
  for (auto law : {ContextLaw::fixed, ContextLaw::uniform, ContextLaw::composition, ContextLaw::dinucleotide}) {
    EXPECT_EQ(parse_context_law(to_string(law)), law);
  }
  for (auto scope : {ContextScope::all, ContextScope::between, ContextScope::flanks}) {
    EXPECT_EQ(parse_context_scope(to_string(scope)), scope);
  }
  try {
    parse_design("dense");
    ADD_FAILURE() << "no error";
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), HasSubstr("random, combinatorial, context or inter-window"));
  }
}

}  // namespace
}  // namespace shoal::library
