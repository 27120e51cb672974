// SPDX-License-Identifier: MIT
#include "linalg/large_symmetric.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "device/buffer.hpp"
#include "support/backends.hpp"

namespace shoal::linalg {
namespace {

class LargeSymmetric : public test::OnBackend {};

// Tridiagonal with 2 + shift on the diagonal and -1 beside it, plus `level` everywhere.
std::vector<double> chain(std::size_t n, double shift, double level) {
  std::vector<double> matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) matrix[i * n + j] = level;
    matrix[i * n + i] += 2 + shift;
    if (i > 0) matrix[i * n + i - 1] -= 1;
  }
  return matrix;
}

TEST_P(LargeSymmetric, AFactorOfSeveralTilesSolvesItsEquations) {
  std::size_t const n = 2700;
  auto const size = static_cast<std::int64_t>(n);
  std::vector<double> const entries = chain(n, 0.5, 0.01);
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i));
  double sum = 0;
  for (double const value : x) sum += value;
  std::vector<double> side(n);
  for (std::size_t i = 0; i < n; ++i) {
    side[i] = 2.5 * x[i] + 0.01 * sum - (i > 0 ? x[i - 1] : 0) - (i + 1 < n ? x[i + 1] : 0);
  }
  device::Buffer<double> memory(backend(), std::span<double const>(entries));
  device::Buffer<double> right(backend(), std::span<double const>(side));
  device::Buffer<double> diagonal(backend(), n);
  dispatch(backend(), [&](auto const& space) {
    copy_diagonal(space, {memory.data(), size, size, size}, diagonal.data());
    factor_large(space, {memory.data(), size, size, size});
    cholesky_solve(space, {memory.data(), size, size, size}, {right.data(), 1, size, size});
  });
  std::vector<double> const found = right.to_host();
  for (std::size_t i = 0; i < n; ++i) ASSERT_NEAR(found[i], x[i], 1e-12) << i;
  for (double const value : diagonal.to_host()) ASSERT_EQ(value, 2.51);
}

TEST_P(LargeSymmetric, NamesTheMinorThatIsNotPositive) {
  std::size_t const n = 2650;
  std::vector<double> entries = chain(n, 0.5, 0.0);
  entries[2600 * n + 2600] = -1;
  device::Buffer<double> memory(backend(), std::span<double const>(entries));
  auto const size = static_cast<std::int64_t>(n);
  try {
    dispatch(backend(), [&](auto const& space) { factor_large(space, {memory.data(), size, size, size}); });
    FAIL() << "no error";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::numeric);
    EXPECT_NE(std::string(error.what()).find("leading minor 2601"), std::string::npos) << error.what();
  }
}

TEST_P(LargeSymmetric, RowsAreScaledAndGramsAdded) {
  std::vector<double> const entries = {1, 0, 0, 2, 3, 0, 4, 5, 6};
  std::vector<double> const factors = {2, 3, 5};
  device::Buffer<double> memory(backend(), std::span<double const>(entries));
  device::Buffer<double> const scales(backend(), std::span<double const>(factors));
  std::vector<double> const rows = {1, 2, 3, 4, 5, 6};
  device::Buffer<double> const design(backend(), std::span<double const>(rows));
  dispatch(backend(), [&](auto const& space) {
    scale_rows(space, scales.data(), {memory.data(), 3, 3, 3});
    add_gram(space, {design.data(), 2, 3, 3}, {memory.data(), 3, 3, 3});
  });
  std::vector<double> const found = memory.to_host();
  std::vector<double> const expected = {2 + 17, 0, 0, 6 + 22, 9 + 29, 0, 20 + 27, 25 + 36, 30 + 45};
  for (std::size_t i : {0, 3, 4, 6, 7, 8}) EXPECT_EQ(found[i], expected[i]) << i;
}

SHOAL_ON_EVERY_BACKEND(LargeSymmetric);

TEST(LargeSymmetricThreads, AnyNumberGivesTheSameBits) {
  std::int64_t const size = 2700;
  std::vector<double> const entries = chain(2700, 0.1, 0.02);
  std::vector<double> one = entries;
  factor_large(CpuSpace{1}, {one.data(), size, size, size});
  std::vector<double> three = entries;
  factor_large(CpuSpace{3}, {three.data(), size, size, size});
  EXPECT_EQ(one, three);
}

}  // namespace
}  // namespace shoal::linalg
