// SPDX-License-Identifier: MIT
// Gathered and scattered sums over mutations against plain loops over the rows.
#include <gtest/gtest.h>

#include "kernels/mutation_rows.hpp"

namespace shoal::kernels {
namespace {

using test::MutationRows;

struct Numbers {
  std::vector<double> single, pairs, values;
};

Numbers drawn(MutationRows const& rows, int columns) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal;
  MutationLists const lists = rows.view();
  Numbers numbers{std::vector<double>(lists.feature_count * columns), std::vector<double>(lists.table_size * columns),
                  std::vector<double>(lists.rows * columns)};
  for (auto* const part : {&numbers.single, &numbers.pairs, &numbers.values}) {
    for (double& value : *part) value = normal(generator);
  }
  return numbers;
}

// Calls f(row, feature, partner) for every partner of every mutation, rows ascending.
template <class Function>
void each_pair(MutationRows const& rows, Function const& f) {
  for (std::size_t row = 0; row < rows.rows().size(); ++row) {
    for (std::uint16_t const feature : rows.rows()[row]) {
      for (std::uint16_t const partner : rows.rows()[row]) {
        if (partner >= rows.span(feature).begin && partner < rows.span(feature).end) f(row, feature, partner);
      }
    }
  }
}

TEST(MutationLists, ByHand) {
  // Two sites with one feature each: row 0 has both, row 1 the second, row 2 none.
  MutationRows const rows({{0, 1}, {1}, {}}, {{1, 2}, {2, 2}}, 2);
  std::vector<double> single{1, 10};
  std::vector<double> pairs{100};
  std::vector<double> values(3);
  gather_mutations(CpuSpace{1}, rows.view(), {0, 2}, {single.data(), pairs.data(), 1}, values.data());
  EXPECT_EQ(values, (std::vector<double>{111, 10, 0}));
  values = {1, 2, 4};
  scatter_mutations(CpuSpace{1}, rows.view(), {0, 2}, values.data(), {single.data(), pairs.data(), 1});
  EXPECT_EQ(single, (std::vector<double>{1, 3}));
  EXPECT_EQ(pairs, (std::vector<double>{1}));
}

TEST(MutationLists, EqualPlainLoops) {
  for (auto const& [nearest, farthest] : {std::pair{1, 99}, std::pair{1, 1}, std::pair{3, 5}}) {
    MutationRows const rows = test::drawn_mutation_rows(100, 12, nearest, farthest, 1);
    for (int const columns : {1, 2, 4, 8}) {
      Numbers const given = drawn(rows, columns);
      Numbers expected{std::vector<double>(given.single.size(), 0.0), std::vector<double>(given.pairs.size(), 0.0),
                       std::vector<double>(given.values.size(), 0.0)};
      for (std::size_t row = 0; row < rows.rows().size(); ++row) {
        for (std::uint16_t const feature : rows.rows()[row]) {
          for (int k = 0; k < columns; ++k) {
            expected.values[row * columns + k] += given.single[feature * columns + k];
            expected.single[feature * columns + k] += given.values[row * columns + k];
          }
        }
      }
      each_pair(rows, [&](std::size_t row, std::size_t feature, std::int64_t partner) {
        for (int k = 0; k < columns; ++k) {
          std::int64_t const entry = (rows.table_start(feature) + partner) * columns + k;
          expected.values[row * columns + k] += given.pairs[entry];
          expected.pairs[entry] += given.values[row * columns + k];
        }
      });
      Numbers found = given;
      RowRange const all{0, rows.view().blocks()};
      gather_mutations(CpuSpace{2}, rows.view(), all, {found.single.data(), found.pairs.data(), columns},
                       found.values.data());
      for (std::size_t i = 0; i < found.values.size(); ++i) ASSERT_NEAR(found.values[i], expected.values[i], 1e-12);
      scatter_mutations(CpuSpace{2}, rows.view(), all, given.values.data(),
                        {found.single.data(), found.pairs.data(), columns});
      EXPECT_EQ(found.single, expected.single);
      EXPECT_EQ(found.pairs, expected.pairs);
    }
  }
}

// Some of the blocks only: their rows, from the front of `values`.
TEST(MutationLists, BlocksOnly) {
  MutationRows const rows = test::drawn_mutation_rows(100, 12, 1, 99, 2);
  Numbers const given = drawn(rows, 1);
  std::vector<double> all(100);
  std::vector<double> some(32);
  Numbers tables = given;
  gather_mutations(CpuSpace{1}, rows.view(), {0, 7}, {tables.single.data(), tables.pairs.data(), 1}, all.data());
  gather_mutations(CpuSpace{1}, rows.view(), {2, 4}, {tables.single.data(), tables.pairs.data(), 1}, some.data());
  for (std::size_t i = 0; i < some.size(); ++i) EXPECT_EQ(some[i], all[32 + i]);
}

}  // namespace
}  // namespace shoal::kernels
