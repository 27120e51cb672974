// SPDX-License-Identifier: MIT
#include "kernels/forward/matrix_product.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;

// Element (group, row, column) of an operand of one sequence.
std::int64_t place(MatrixSteps const& steps, std::int64_t group, std::int64_t row, std::int64_t column) {
  return group * steps.group + row * steps.row + column * steps.column;
}

class MatrixProductTest : public test::OnBackend {
 protected:
  // Of one sequence; `result` is what is there before.
  std::vector<float> product_of(std::vector<float> const& left, std::vector<float> const& right,
                                GroupedProduct const& product, std::vector<float> const& result) const {
    auto const flat = [&](std::vector<float> const& numbers, std::int64_t margin) {
      return values_of(backend(), 1, 1, static_cast<std::int64_t>(numbers.size()), numbers, margin);
    };
    LayerValues const one = flat(left, 0), other = flat(right, 0), to = flat(result, 1);
    device::dispatch(backend(),
                     [&](auto const& space) { grouped_product(space, one.view(), other.view(), product, to.view()); });
    EXPECT_TRUE(to.surroundings_are_kept());
    return to.get();
  }
};

TEST_P(MatrixProductTest, ByHand) {
  // [1 2; 3 4] [5 6 7; 8 9 10], both row by row.
  GroupedProduct product{1, 2, 2, 3, {0, 2, 1}, {0, 3, 1}, {0, 3, 1}};
  std::vector<float> const left = {1, 2, 3, 4}, right = {5, 6, 7, 8, 9, 10}, empty(6, 100.0F);
  EXPECT_THAT(product_of(left, right, product, empty), ElementsAre(21, 24, 27, 47, 54, 61));
  // The right operand is [5 7 9; 6 8 10] column by column, the result is stored column by column.
  product.right = {0, 1, 2};
  product.result = {0, 1, 2};
  EXPECT_THAT(product_of(left, right, product, empty), ElementsAre(17, 39, 23, 53, 29, 67));
  // The left one turned: [1 3; 2 4].
  product.left = {0, 1, 2};
  EXPECT_THAT(product_of(left, right, product, empty), ElementsAre(23, 34, 31, 46, 39, 58));
}

TEST_P(MatrixProductTest, GroupsLieSideBySideAndOtherElementsStay) {
  // Two heads in the channels of two positions: (1, 2) and (3, 4) are head 0's rows, (10, 20) and (30, 40) head 1's.
  std::vector<float> const heads = {1, 2, 10, 20, 3, 4, 30, 40};
  // Times a column of each head: (1, 1) and (1, -1); results side by side, and a fifth element that no product names.
  GroupedProduct const product{2, 2, 2, 1, {2, 4, 1}, {2, 1, 1}, {2, 1, 1}};
  EXPECT_THAT(product_of(heads, {1, 1, 1, -1}, product, {9, 9, 9, 9, 9}), ElementsAre(3, 7, -10, -10, 9));
}

TEST_P(MatrixProductTest, OneElement) {
  EXPECT_THAT(product_of({3}, {-4}, {1, 1, 1, 1, {0, 1, 1}, {0, 1, 1}, {0, 1, 1}}, {7}), ElementsAre(-12));
}

TEST_P(MatrixProductTest, AgreesWithDoublePrecisionAndIsOneChain) {
  constexpr std::int64_t sequences = 4;
  for (std::int64_t const groups : {1, 3}) {
    for (std::int64_t const size : {1, 7, 33}) {
      std::int64_t const rows = size, depth = size + 2, columns = 2 * size + 1;
      // Heads side by side in the channels; the right operand turned, as in attention scores.
      GroupedProduct const product{groups,
                                   rows,
                                   depth,
                                   columns,
                                   {depth, groups * depth, 1},
                                   {depth, 1, groups * depth},
                                   {rows * columns, columns, 1}};
      auto const left = test::random_floats(sequences * rows * groups * depth, 1),
                 right = test::random_floats(sequences * columns * groups * depth, 2);
      auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t count) {
        LayerValues const one =
            values_of(on, count, rows, groups * depth, test::part_of(left, rows * groups * depth, first, count));
        LayerValues const other =
            values_of(on, count, columns, groups * depth, test::part_of(right, columns * groups * depth, first, count));
        LayerValues const to(on, count, groups * rows, columns);
        device::dispatch(
            on, [&](auto const& space) { grouped_product(space, one.view(), other.view(), product, to.view()); });
        return to.get();
      };
      auto const found = compute(backend(), 0, sequences);
      for (std::int64_t i = 0; i < sequences * groups * rows * columns; ++i) {
        std::int64_t const s = i / (groups * rows * columns), g = i / (rows * columns) % groups;
        std::int64_t const row = i / columns % rows, column = i % columns;
        double sum = 0.0;
        float chain = 0.0F;
        for (std::int64_t k = 0; k < depth; ++k) {
          float const a = left[s * rows * groups * depth + place(product.left, g, row, k)];
          float const b = right[s * columns * groups * depth + place(product.right, g, k, column)];
          sum += static_cast<double>(a) * b;
          chain = std::fma(a, b, chain);
        }
        ASSERT_NEAR(found[i], sum, 1e-5) << groups << ' ' << size << ' ' << i;
        ASSERT_EQ(found[i], chain) << groups << ' ' << size << ' ' << i;
      }
      test::expect_the_same_bits(backend(), sequences, compute);
    }
  }
}

// d(result) / d(left) and / d(right) of the sum of adjoint * result, by the definition.
TEST_P(MatrixProductTest, AdjointsOfBothOperands) {
  constexpr std::int64_t groups = 2, rows = 3, depth = 4, columns = 5;
  GroupedProduct const product{groups,
                               rows,
                               depth,
                               columns,
                               {depth, groups * depth, 1},
                               {depth, 1, groups * depth},
                               {rows * columns, columns, 1}};
  auto const left = test::random_floats(groups * rows * depth, 1),
             right = test::random_floats(groups * columns * depth, 2),
             adjoint = test::random_floats(groups * rows * columns, 3);
  auto const of_left = product_of(adjoint, right, adjoint_of_left(product), std::vector<float>(left.size(), 50.0F));
  auto const of_right = product_of(left, adjoint, adjoint_of_right(product), std::vector<float>(right.size(), 50.0F));
  std::vector<double> left_sums(left.size()), right_sums(right.size());
  for (std::int64_t i = 0; i < groups * rows * columns * depth; ++i) {
    std::int64_t const g = i / (rows * columns * depth), row = i / (columns * depth) % rows;
    std::int64_t const column = i / depth % columns, k = i % depth;
    double const wanted = adjoint[place(product.result, g, row, column)];
    std::int64_t const a = place(product.left, g, row, k), b = place(product.right, g, k, column);
    left_sums[a] += wanted * right[b];
    right_sums[b] += wanted * left[a];
  }
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_NEAR(of_left[i], left_sums[i], 2e-6) << i;
  for (std::size_t i = 0; i < right.size(); ++i) EXPECT_NEAR(of_right[i], right_sums[i], 2e-6) << i;
}

SHOAL_ON_EVERY_BACKEND(MatrixProductTest);

}  // namespace
}  // namespace shoal::kernels
