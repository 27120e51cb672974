// SPDX-License-Identifier: MIT
// Krylov spaces of several matrices, their solutions, and sums about predictions, against plain loops.
#include "kernels/library/ridge_path.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/index.hpp"
#include "device/buffer.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using device::Buffer;

std::vector<double> random_numbers(std::size_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> numbers(count);
  for (double& number : numbers) number = normal(generator);
  return numbers;
}

// [groups, size, size]: B B^T + size I.
std::vector<double> positive_matrices(std::size_t groups, std::size_t size) {
  std::vector<double> matrices(groups * size * size);
  for (std::size_t group = 0; group < groups; ++group) {
    auto const b = random_numbers(size * size, static_cast<unsigned>(group) + 1);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        double sum = i == j ? static_cast<double>(size) : 0.0;
        for (std::size_t k = 0; k < size; ++k) sum += b[i * size + k] * b[j * size + k];
        matrices[(group * size + i) * size + j] = sum;
      }
    }
  }
  return matrices;
}

class RidgePathTest : public test::OnBackend {
 protected:
  template <class T>
  Buffer<T> send(std::vector<T> const& values) const {
    return {backend(), std::span<T const>(values)};
  }
};

constexpr std::size_t groups = 2, per_group = 3, size = 70;
constexpr int most_steps = 40;

// Vectors [most_steps + 1, systems, size] and projected matrices [systems, most_steps, 2] from unit first vectors.
struct Krylov {
  std::vector<double> basis, projected;
};

Krylov krylov(device::Backend const& backend, std::vector<double> const& matrices, std::vector<double> first,
              int steps) {
  Buffer<double> const on_backend(backend, std::span<double const>(matrices));
  Buffer<double> basis(backend, (most_steps + 1) * first.size()),
      projected(backend, 2 * most_steps * groups * per_group);
  basis.copy_from(first);
  KrylovSpaces const spaces{.size = size,
                            .groups = groups,
                            .per_group = per_group,
                            .most_steps = most_steps,
                            .matrices = on_backend.data(),
                            .basis = basis.data(),
                            .projected = projected.data()};
  device::dispatch(backend, [&](auto const& space) {
    for (int step = 0; step < steps; ++step) krylov_step(space, spaces, step);
  });
  return {basis.to_host(), projected.to_host()};
}

std::vector<double> unit_vectors() {
  auto first = random_numbers(groups * per_group * size, 9);
  for (std::size_t system = 0; system < groups * per_group; ++system) {
    double squares = 0;
    for (std::size_t i = 0; i < size; ++i) squares += first[system * size + i] * first[system * size + i];
    for (std::size_t i = 0; i < size; ++i) first[system * size + i] /= std::sqrt(squares);
  }
  return first;
}

TEST_P(RidgePathTest, VectorsAreOrthonormalAndObeyTheRecurrence) {
  auto const matrices = positive_matrices(groups, size);
  constexpr std::size_t steps = 20, systems = groups * per_group;
  Krylov const found = krylov(backend(), matrices, unit_vectors(), steps);
  auto const vector = [&](std::size_t step, std::size_t system) {
    return found.basis.data() + (step * systems + system) * size;
  };
  for (std::size_t system = 0; system < systems; ++system) {
    for (std::size_t one = 0; one <= steps; ++one) {
      for (std::size_t other = 0; other <= one; ++other) {
        double product = 0;
        for (std::size_t i = 0; i < size; ++i) product += vector(one, system)[i] * vector(other, system)[i];
        ASSERT_NEAR(product, one == other ? 1.0 : 0.0, 1e-14) << one << " " << other;
      }
    }
    // A q_k = b_{k-1} q_{k-1} + a_k q_k + b_k q_{k+1}.
    double const* const projected = found.projected.data() + system * most_steps * 2;
    double const* const matrix = matrices.data() + system / per_group * size * size;
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::size_t row = 0; row < size; ++row) {
        double image = 0;
        for (std::size_t i = 0; i < size; ++i) image += matrix[row * size + i] * vector(step, system)[i];
        double sum =
            projected[2 * step] * vector(step, system)[row] + projected[2 * step + 1] * vector(step + 1, system)[row];
        if (step > 0) sum += projected[2 * step - 1] * vector(step - 1, system)[row];
        ASSERT_NEAR(image, sum, 1e-11) << step;
      }
    }
  }
}

TEST_P(RidgePathTest, ACompleteSpaceEndsInZeros) {
  // Two different eigenvalues: two steps complete the space.
  std::vector<double> matrices(groups * size * size, 0.0);
  for (std::size_t i = 0; i < groups * size; ++i) matrices[i * size + i % size] = i % 2 == 0 ? 3.0 : 8.0;
  Krylov const found = krylov(backend(), matrices, unit_vectors(), 4);
  for (std::size_t system = 0; system < groups * per_group; ++system) {
    double const* const projected = found.projected.data() + system * most_steps * 2;
    EXPECT_GT(projected[1], 1.0);
    EXPECT_EQ(projected[3], 0.0);
    EXPECT_EQ(projected[4], 0.0);
    EXPECT_EQ(projected[7], 0.0);
    EXPECT_NEAR(projected[0] + projected[2], 11.0, 1e-12);
  }
}

TEST_P(RidgePathTest, SolutionsAreWeightedSumsOfVectors) {
  constexpr int steps = 3;
  constexpr std::size_t choices = 2, systems = groups * per_group;
  auto const basis = random_numbers((most_steps + 1) * systems * size, 4);
  auto const weights = random_numbers(systems * choices * steps, 5);
  auto on_backend = send(basis);
  Buffer<double> coefficients(backend(), systems * choices * size);
  KrylovSpaces const spaces{
      .size = size, .groups = groups, .per_group = per_group, .most_steps = most_steps, .basis = on_backend.data()};
  device::dispatch(backend(), [&](auto const& space) {
    krylov_solutions(space, spaces, steps, choices, send(weights).data(), coefficients.data());
  });
  auto const found = coefficients.to_host();
  for (std::size_t line = 0; line < systems * choices; ++line) {
    for (std::size_t i = 0; i < size; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < steps; ++k) {
        sum += weights[line * steps + k] * basis[(k * systems + line / choices) * size + i];
      }
      ASSERT_NEAR(found[line * size + i], sum, 1e-13);
    }
  }
}

TEST_P(RidgePathTest, EffectsAreSumsOfContrasts) {
  // One position with coefficients 1, 2, 4, then another: d = 1 sets u1 and u3, d = 2 u2 and u3, d = 3 u1 and u2.
  auto const coefficients = send(std::vector<double>{1, 2, 4, 10, 20, 40});
  auto const means = send(std::vector<double>{0.5, 0.25, 0.125, 0, 0, 0.5});
  auto const constants = send(std::vector<double>{100});
  auto const positions = send(std::vector<std::int32_t>{1, 2});
  Buffer<double> effects(backend(), 9), offsets(backend(), 1);
  effects.fill_zero();
  device::dispatch(backend(), [&](auto const& space) {
    contrast_effects(space, {coefficients.data(), 1, 6, 6}, means.data(), constants.data(), positions.data(),
                     {effects.data(), 9, 1, 1}, offsets.data());
  });
  EXPECT_EQ(effects.to_host(), (std::vector<double>{0, 0, 0, 5, 6, 3, 50, 60, 30}));
  EXPECT_EQ(offsets.to_host(), std::vector<double>{100 - 21.5});
}

TEST_P(RidgePathTest, MomentsOfPredictions) {
  constexpr std::int64_t rows = 700, tasks = 2, each = 3;
  auto const observed = random_numbers(at(rows * (tasks + 1)), 1);
  auto const predicted = random_numbers(at(rows * tasks * each), 2);
  auto const y = send(observed), p = send(predicted);
  Buffer<double> moments(backend(), at(tasks * each * moments_per_column));
  device::dispatch(backend(), [&](auto const& space) {
    pair_moments(space, {y.data(), rows, tasks, tasks + 1}, each, {p.data(), rows, tasks * each, tasks * each},
                 moments.data());
  });
  auto const found = moments.to_host();
  for (std::int64_t column = 0; column < tasks * each; ++column) {
    auto const of_y = [&](std::int64_t row) { return observed[at(row * (tasks + 1) + column / each)]; };
    auto const of_p = [&](std::int64_t row) { return predicted[at(row * tasks * each + column)]; };
    double mean_y = 0, mean_p = 0, residuals = 0, squares = 0, together = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      mean_y += of_y(row) / rows;
      mean_p += of_p(row) / rows;
    }
    for (std::int64_t row = 0; row < rows; ++row) {
      residuals += (of_y(row) - of_p(row)) * (of_y(row) - of_p(row));
      squares += (of_p(row) - mean_p) * (of_p(row) - mean_p);
      together += (of_y(row) - mean_y) * (of_p(row) - mean_p);
    }
    EXPECT_NEAR(found[at(3 * column)], residuals, 1e-10);
    EXPECT_NEAR(found[at(3 * column + 1)], squares, 1e-10);
    EXPECT_NEAR(found[at(3 * column + 2)], together, 1e-10);
  }
}

TEST_P(RidgePathTest, TrianglesAreMirroredAndTheirSquaresAdded) {
  auto matrix = send(std::vector<double>{1, 90, 91, 2, 3, 92, 4, 5, 6, 1, 90, 91, 2, 3, 92, 4, 5, 6});
  Buffer<double> rows(backend(), 3), sum(backend(), 1);
  device::dispatch(backend(), [&](auto const& space) {
    lower_squares(space, {matrix.data(), 3, 3, 3}, rows.data(), sum.data());
    mirror_lower(space, matrix.data(), 2, 3);
  });
  EXPECT_EQ(sum.to_host(), std::vector<double>{1 + 4 + 9 + 16 + 25 + 36});
  EXPECT_EQ(matrix.to_host(), (std::vector<double>{1, 2, 4, 2, 3, 5, 4, 5, 6, 1, 2, 4, 2, 3, 5, 4, 5, 6}));
}

TEST_P(RidgePathTest, ScoresAreCentredInDoublePrecision) {
  auto const scores = send(std::vector<float>{0.1F, 2, 3, 4});
  auto const centres = send(std::vector<double>{1, 3});
  Buffer<double> values(backend(), 6);
  device::dispatch(backend(), [&](auto const& space) {
    centre_scores(space, scores.data(), 2, centres.data(), {values.data(), 2, 3, 3});
  });
  EXPECT_EQ(values.to_host(), (std::vector<double>{double{0.1F} - 1, -1, 1, 2, 1, 1}));
}

SHOAL_ON_EVERY_BACKEND(RidgePathTest);

// The bits do not depend on the space.
TEST(RidgePathBits, BothSpacesTakeTheSameSteps) {
  if (device::cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device";
  auto const matrices = positive_matrices(groups, size);
  auto const cpu = device::Backend::cpu(), cuda = device::Backend::cuda();
  Krylov const one = krylov(*cpu, matrices, unit_vectors(), most_steps),
               other = krylov(*cuda, matrices, unit_vectors(), most_steps);
  EXPECT_EQ(one.projected, other.projected);
  EXPECT_EQ(one.basis, other.basis);
}

}  // namespace
}  // namespace shoal::kernels
