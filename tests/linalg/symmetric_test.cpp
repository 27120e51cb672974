// SPDX-License-Identifier: MIT
#include "linalg/symmetric.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "device/buffer.hpp"
#include "linalg/host_library.hpp"
#include "support/backends.hpp"

namespace shoal::linalg {
namespace {

class Symmetric : public test::OnBackend {
 protected:
  // The lower triangle of `values` [n, n] on the backend; what lies above the diagonal must not matter.
  device::Buffer<double> upload(std::vector<double> values, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) values[i * n + j] = NAN;
    }
    return {backend(), std::span<double const>(values)};
  }
};

// B B^T + n I from random B.
std::vector<double> positive_definite(std::size_t n, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> b(n * n);
  for (double& value : b) value = normal(generator);
  std::vector<double> a(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) a[i * n + j] += b[i * n + k] * b[j * n + k];
    }
    a[i * n + i] += static_cast<double>(n);
  }
  return a;
}

TEST_P(Symmetric, CholeskyByHand) {
  // [[4, 2], [2, 5]] = L L^T with L = [[2, 0], [1, 2]]; its inverse has trace (5 + 4) / 16.
  device::Buffer<double> memory = upload({4, 2, 2, 5}, 2);
  std::vector<double> const sides = {8, 9, 4, 10};
  device::Buffer<double> right(backend(), std::span<double const>(sides));
  double trace = 0;
  dispatch(backend(), [&](auto const& space) {
    Matrix const matrix{memory.data(), 2, 2, 2};
    cholesky_factor(space, matrix);
    std::vector<double> const factor = memory.to_host();
    EXPECT_DOUBLE_EQ(factor[0], 2);
    EXPECT_DOUBLE_EQ(factor[2], 1);
    EXPECT_DOUBLE_EQ(factor[3], 2);
    cholesky_solve(space, matrix, {right.data(), 2, 2, 2});
    trace = cholesky_inverse_trace(space, matrix);
  });
  std::vector<double> const solution = right.to_host();
  EXPECT_DOUBLE_EQ(solution[0], 22.0 / 16);
  EXPECT_DOUBLE_EQ(solution[1], 20.0 / 16);
  EXPECT_DOUBLE_EQ(solution[2], 0.0);
  EXPECT_DOUBLE_EQ(solution[3], 2.0);
  EXPECT_DOUBLE_EQ(trace, 9.0 / 16);
}

TEST_P(Symmetric, SolvesAndEigenvectorsSatisfyTheirEquations) {
  std::size_t const n = 97;
  std::vector<double> const a = positive_definite(n, 1);
  device::Buffer<double> factor = upload(a, n);
  device::Buffer<double> vectors = upload(a, n);
  std::vector<double> ones(n, 1.0);
  device::Buffer<double> x(backend(), std::span<double const>(ones));
  device::Buffer<double> values(backend(), n);
  double trace = 0;
  auto const size = static_cast<std::int64_t>(n);
  dispatch(backend(), [&](auto const& space) {
    cholesky_factor(space, {factor.data(), size, size, size});
    cholesky_solve(space, {factor.data(), size, size, size}, {x.data(), 1, size, size});
    trace = cholesky_inverse_trace(space, {factor.data(), size, size, size});
    symmetric_eigen(space, {vectors.data(), size, size, size}, values.data());
  });
  std::vector<double> const solution = x.to_host();
  std::vector<double> const v = vectors.to_host();
  std::vector<double> const s = values.to_host();
  double inverse_sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double product = 0;
    for (std::size_t j = 0; j < n; ++j) product += a[i * n + j] * solution[j];
    EXPECT_NEAR(product, 1.0, 1e-12);
    inverse_sum += 1.0 / s[i];
    EXPECT_LE(s[i == 0 ? 0 : i - 1], s[i]);
    for (std::size_t j = 0; j < n; ++j) {
      double image = 0;
      for (std::size_t k = 0; k < n; ++k) image += a[j * n + k] * v[i * n + k];
      EXPECT_NEAR(image, s[i] * v[i * n + j], 1e-10);
    }
  }
  EXPECT_NEAR(trace, inverse_sum, 1e-12);
}

TEST_P(Symmetric, IndefiniteIsANumericErrorAndEmptyIsFine) {
  device::Buffer<double> memory = upload({1, 2, 2, 1}, 2);
  dispatch(backend(), [&](auto const& space) {
    try {
      cholesky_factor(space, {memory.data(), 2, 2, 2});
      ADD_FAILURE() << "no error";
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), ErrorCode::numeric);
    }
    cholesky_factor(space, Matrix{});
    cholesky_solve(space, Matrix{}, Matrix{});
    EXPECT_EQ(cholesky_inverse_trace(space, Matrix{}), 0.0);
    symmetric_eigen(space, Matrix{}, nullptr);
  });
}

SHOAL_ON_EVERY_BACKEND(Symmetric);

TEST(HostLibrary, ConcurrentCallsGiveTheBitsOfOneCall) {
  std::size_t const n = 300;
  std::vector<double> const a = positive_definite(n, 2);
  std::vector<std::vector<double>> copies(4, a);
  std::vector<std::thread> threads;
  for (auto& copy : copies) {
    threads.emplace_back([&copy] { cholesky_factor(CpuSpace{}, {copy.data(), 300, 300, 300}); });
  }
  for (auto& thread : threads) thread.join();
  std::vector<double> alone = a;
  cholesky_factor(CpuSpace{}, {alone.data(), 300, 300, 300});
  for (auto const& copy : copies) EXPECT_EQ(copy, alone);
}

TEST(HostLibrary, NamesItsKernels) {
  EXPECT_FALSE(host_library_core().empty());
}

}  // namespace
}  // namespace shoal::linalg
