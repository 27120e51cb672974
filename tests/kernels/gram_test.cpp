// SPDX-License-Identifier: MIT
// Contrast sums against counting base by base.
#include "kernels/library/gram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "device/buffer.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

// Packed rows of random bases; some positions never change.
struct Rows {
  std::int32_t length;
  std::int64_t count;
  std::vector<std::uint64_t> words;

  Rows(std::int32_t positions, std::int64_t mutants, double rate) : length(positions), count(mutants) {
    std::mt19937 generator(static_cast<unsigned>(positions + mutants));
    std::uniform_real_distribution<double> uniform;
    words.assign(static_cast<std::size_t>(count * words_per_row(length)), 0);
    for (std::int64_t row = 0; row < count; ++row) {
      for (std::int32_t l = 0; l < length; ++l) {
        unsigned code = row == 0 ? generator() % 4 : this->code(0, l);
        if (row > 0 && l % 5 != 2 && uniform(generator) < rate) code = (code + 1 + generator() % 3) % 4;
        set_packed_code(words.data() + row * words_per_row(length), l, code);
      }
    }
  }
  unsigned code(std::int64_t row, std::int32_t position) const {
    return packed_code(words.data() + row * words_per_row(length), position);
  }
  // Contrast k = 1, 2, 3, from its definition as a parity.
  int contrast(std::int64_t row, std::int32_t position, unsigned k) const {
    unsigned const both = k & (code(row, position) ^ code(0, position));
    return static_cast<int>((both & 1u) ^ (both >> 1));
  }
};

class GramTest : public test::OnBackend {
 protected:
  device::Buffer<std::uint64_t> planes(Rows const& rows, RowRange range, std::vector<std::int32_t> const& positions) {
    library_ = device::Buffer<std::uint64_t>(backend(), std::span<std::uint64_t const>(rows.words));
    device::Buffer<std::int32_t> const where(backend(), std::span<std::int32_t const>(positions));
    std::int64_t const words = words_per_plane(range.size());
    device::Buffer<std::uint64_t> out(backend(), 3 * positions.size() * static_cast<std::size_t>(words));
    dispatch(backend(), [&](auto const& space) {
      contrast_planes(space, view(rows), range, where.data(), static_cast<std::int32_t>(positions.size()),
                      {out.data(), 3 * static_cast<std::int64_t>(positions.size()), words, words});
    });
    return out;
  }
  PackedView view(Rows const& rows) const { return {library_.data(), nullptr, rows.count, rows.length}; }

  device::Buffer<std::uint64_t> library_;
};

TEST_P(GramTest, DifferencesAreThePositionsThatVary) {
  Rows const rows(71, 300, 0.2);
  library_ = device::Buffer<std::uint64_t>(backend(), std::span<std::uint64_t const>(rows.words));
  device::Buffer<std::uint64_t> out(backend(), 3);
  dispatch(backend(), [&](auto const& space) { library_differences(space, view(rows), 300, out.data()); });
  std::vector<std::uint64_t> const bits = out.to_host();
  for (std::int32_t l = 0; l < 71; ++l) EXPECT_EQ(packed_code(bits.data(), l) == 0, l % 5 == 2) << l;
  dispatch(backend(), [&](auto const& space) { library_differences(space, view(rows), 1, out.data()); });
  EXPECT_EQ(out.to_host(), (std::vector<std::uint64_t>{0, 0, 0}));
}

TEST_P(GramTest, CountsProductsAndNormalMatrixEqualCountingBaseByBase) {
  for (auto const& [length, count, begin, end] :
       {std::tuple{33, 700, 0, 700}, {40, 257, 3, 131}, {1, 65, 64, 65}, {70, 1300, 100, 1299}}) {
    Rows const rows(length, count, 0.3);
    std::vector<std::int32_t> positions;
    for (std::int32_t l = 0; l < length; l += l % 3 + 1) positions.push_back(l);
    RowRange const range{begin, end};
    auto const p = static_cast<std::int64_t>(3 * positions.size());
    std::int64_t const words = words_per_plane(range.size());
    device::Buffer<std::uint64_t> const bits = planes(rows, range, positions);
    std::vector<double> y;
    for (std::int64_t r = 0; r < 2 * range.size(); ++r) y.push_back(std::ldexp(static_cast<double>(r % 37 - 18), -3));
    device::Buffer<double> const values(backend(), std::span<double const>(y));
    device::Buffer<std::int32_t> gram(backend(), static_cast<std::size_t>(p * p));
    device::Buffer<double> products(backend(), static_cast<std::size_t>(2 * p));
    device::Buffer<double> normal(backend(), static_cast<std::size_t>(p * p));
    dispatch(backend(), [&](auto const& space) {
      MatrixView<std::uint64_t const> const plane_view{bits.data(), p, words, words};
      contrast_gram(space, plane_view, {gram.data(), p, p, p});
      contrast_products(space, plane_view, {values.data(), range.size(), 2, 2}, {products.data(), p, 2, 2});
      normal_matrix(space, gram.data(), 1, -1, range.size(), 0.5, {normal.data(), p, p, p});
    });
    auto const counts = gram.to_host();
    auto const sums = products.to_host();
    auto const centred = normal.to_host();
    auto const contrast = [&](std::int64_t row, std::int64_t i) {
      return rows.contrast(range.begin + row, positions[static_cast<std::size_t>(i / 3)],
                           static_cast<unsigned>(i % 3 + 1));
    };
    for (std::int64_t i = 0; i < p; ++i) {
      double expected[2] = {0, 0};
      for (std::int64_t r = 0; r < range.size(); ++r) {
        for (int t = 0; t < 2; ++t) expected[t] += contrast(r, i) * y[static_cast<std::size_t>(2 * r + t)];
      }
      EXPECT_EQ(sums[static_cast<std::size_t>(2 * i)], expected[0]);  // exact: the values are small binary fractions
      EXPECT_EQ(sums[static_cast<std::size_t>(2 * i + 1)], expected[1]);
      for (std::int64_t j = 0; j <= i; ++j) {
        int together = 0;
        int first = 0;
        int second = 0;
        for (std::int64_t r = 0; r < range.size(); ++r) {
          together += contrast(r, i) * contrast(r, j);
          first += contrast(r, i);
          second += contrast(r, j);
        }
        ASSERT_EQ(counts[static_cast<std::size_t>(i * p + j)], together) << i << " " << j;
        double const n = static_cast<double>(range.size());
        ASSERT_NEAR(centred[static_cast<std::size_t>(i * p + j)],
                    together - first * (second / n) + (i == j ? 0.5 : 0.0), 1e-10);
      }
    }
  }
}

TEST_P(GramTest, LeavingABlockOutIsTheSameAsNotHavingIt) {
  std::vector<std::int32_t> const both = {5, 0, 2, 6, 7, 0, 1, 3};
  std::vector<std::int32_t> const second(both.begin() + 4, both.end());
  device::Buffer<std::int32_t> const grams(backend(), std::span<std::int32_t const>(both));
  device::Buffer<std::int32_t> const alone(backend(), std::span<std::int32_t const>(second));
  device::Buffer<double> left_out(backend(), 4);
  device::Buffer<double> absent(backend(), 4);
  left_out.fill_zero();
  absent.fill_zero();
  dispatch(backend(), [&](auto const& space) {
    normal_matrix(space, grams.data(), 2, 0, 10, 0.25, {left_out.data(), 2, 2, 2});
    normal_matrix(space, alone.data(), 1, -1, 10, 0.25, {absent.data(), 2, 2, 2});
  });
  // 7 - 49/10 + 1/4, 1 - 21/10, 3 - 9/10 + 1/4.
  EXPECT_EQ(left_out.to_host(), (std::vector<double>{2.1 + 0.25, 0.0, -1.1, 2.1 + 0.25}));
  EXPECT_EQ(left_out.to_host(), absent.to_host());
}

TEST_P(GramTest, PredictionsAddTheEffectsOfTheMutatedSites) {
  Rows const rows(67, 90, 0.2);
  std::mt19937 generator(2);
  std::normal_distribution<double> normal;
  std::vector<double> table(3 * 67 * 5);
  for (double& value : table) value = normal(generator);
  std::vector<double> const constants = {1, 2, 3, 4, 5};
  library_ = device::Buffer<std::uint64_t>(backend(), std::span<std::uint64_t const>(rows.words));
  device::Buffer<double> const effects(backend(), std::span<double const>(table));
  device::Buffer<double> const offsets(backend(), std::span<double const>(constants));
  device::Buffer<double> out(backend(), 50 * 5);
  dispatch(backend(), [&](auto const& space) {
    predict_additive(space, view(rows), {20, 70}, {effects.data(), 3 * 67, 5, 5}, offsets.data(),
                     {out.data(), 50, 5, 5});
  });
  std::vector<double> const found = out.to_host();
  for (std::int64_t row = 0; row < 50; ++row) {
    for (std::size_t column = 0; column < 5; ++column) {
      double expected = constants[column];
      for (std::int32_t l = 0; l < 67; ++l) {
        unsigned const difference = rows.code(row + 20, l) ^ rows.code(0, l);
        if (difference != 0) expected += table[(3 * static_cast<std::size_t>(l) + difference - 1) * 5 + column];
      }
      EXPECT_EQ(found[static_cast<std::size_t>(row) * 5 + column], expected);
    }
  }
}

SHOAL_ON_EVERY_BACKEND(GramTest);

}  // namespace
}  // namespace shoal::kernels
