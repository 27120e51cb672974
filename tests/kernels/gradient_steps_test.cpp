// SPDX-License-Identifier: MIT
// Conjugate gradients on small dense matrices, and what they do to rows, against plain loops.
#include "kernels/library/gradient_steps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/index.hpp"
#include "device/buffer.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using device::Buffer;
using Numbers = std::vector<double>;

Numbers random_numbers(std::int64_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  Numbers numbers(at(count));
  for (double& number : numbers) number = normal(generator);
  return numbers;
}

class GradientStepsTest : public test::OnBackend {
 protected:
  Buffer<double> send(Numbers const& values) const { return {backend(), std::span<double const>(values)}; }
  Buffer<double> memory(std::int64_t size) const { return {backend(), at(size)}; }
};

// A tridiagonal matrix + lambda diag, whose diagonal is 1 + shift of the scale.
struct System {
  std::int64_t size;
  double scale;
  Numbers diagonal;

  Numbers multiply(double lambda, std::int64_t columns, std::int64_t column, Numbers const& vectors) const {
    Numbers product(at(size));
    auto const entry = [&](std::int64_t i) { return vectors[at(i * columns + column)]; };
    for (std::int64_t i = 0; i < size; ++i) {
      double sum = (scale + lambda * diagonal[at(i)]) * entry(i);
      if (i > 0) sum -= 0.45 * scale * entry(i - 1);
      if (i + 1 < size) sum -= 0.45 * scale * entry(i + 1);
      product[at(i)] = sum;
    }
    return product;
  }
};

// Steps with the products made on the host.
class Descent {
 public:
  Descent(device::Backend const& backend, System const& system, Numbers lambdas, Numbers const& sides,
          Numbers const& guess)
      : backend_(backend),
        system_(system),
        lambdas_(std::move(lambdas)),
        own_lambdas_(backend, std::span<double const>(lambdas_)),
        diagonal_(backend, std::span<double const>(system.diagonal)),
        residual_(backend, std::span<double const>(sides)),
        solution_(backend, std::span<double const>(guess)),
        direction_(backend, sides.size()),
        product_(backend, sides.size()),
        parts_(backend, at(2 * sum_parts(system.size) * columns())),
        states_(backend, lambdas_.size()) {
    product_.copy_from(product(guess));
    dispatch(backend_, [&](auto const& space) { start_gradients(space, vectors(), true); });
  }
  void step() {
    product_.copy_from(product(direction_.to_host()));
    dispatch(backend_, [&](auto const& space) { step_gradients(space, vectors()); });
  }
  Numbers solution() const { return solution_.to_host(); }
  std::vector<GradientColumn> states() const { return states_.to_host(); }

 private:
  std::int64_t columns() const { return std::ssize(lambdas_); }
  Numbers product(Numbers const& vector) const {
    Numbers all(vector.size());
    for (std::int64_t column = 0; column < columns(); ++column) {
      Numbers const own = system_.multiply(lambdas_[at(column)], columns(), column, vector);
      for (std::int64_t i = 0; i < system_.size; ++i) all[at(i * columns() + column)] = own[at(i)];
    }
    return all;
  }
  GradientVectors vectors() {
    return {system_.size,     columns(),        1e-10,
            system_.scale,    diagonal_.data(), own_lambdas_.data(),
            residual_.data(), solution_.data(), direction_.data(),
            product_.data(),  parts_.data(),    states_.data()};
  }

  device::Backend const& backend_;
  System const& system_;
  Numbers lambdas_;
  Buffer<double> own_lambdas_, diagonal_, residual_, solution_, direction_, product_, parts_;
  Buffer<GradientColumn> states_;
};

// More entries than one part of a sum has. The third right-hand side is 0, the second has a better conditioned matrix.
TEST_P(GradientStepsTest, SolvesAndStopsByColumn) {
  System const system{2500, 40.0, Numbers(2500, 1.5)};
  std::int64_t const columns = 3;
  Numbers const lambdas{0.5, 60.0, 2.0};
  Numbers truth = random_numbers(system.size * columns, 1);
  for (std::int64_t i = 0; i < system.size; ++i) truth[at(i * columns + 2)] = 0.0;
  Numbers sides(truth.size());
  for (std::int64_t column = 0; column < columns; ++column) {
    Numbers const own = system.multiply(lambdas[at(column)], columns, column, truth);
    for (std::int64_t i = 0; i < system.size; ++i) sides[at(i * columns + column)] = own[at(i)];
  }
  Numbers guess(truth.size(), 0.0);
  guess[1] = 3.0;
  Descent descent(backend(), system, lambdas, sides, guess);
  EXPECT_EQ(descent.states()[2].active, 0);
  Numbers ended;
  for (int step = 0; step < 60; ++step) {
    descent.step();
    if (ended.empty() && descent.states()[1].active == 0) ended = descent.solution();
  }
  auto const states = descent.states();
  Numbers const found = descent.solution();
  for (std::size_t i = 0; i < truth.size(); ++i) ASSERT_NEAR(found[i], truth[i], 1e-8) << i;
  for (GradientColumn const& state : states) EXPECT_EQ(state.active + state.singular, 0);
  // Entries of columns that have ended stay as they are.
  EXPECT_LT(states[1].iterations, states[0].iterations);
  EXPECT_EQ(states[2].iterations, 0);
  ASSERT_FALSE(ended.empty());
  for (std::size_t i = 1; i < truth.size(); i += columns) ASSERT_EQ(found[i], ended[i]);
}

// One step of size 2 by hand: A = [[3, 1], [1, 3]], preconditioner 2, b = (1, 0). The direction is (1/2, 0), its
// product (3/2, 1/2), the squares are 1/2 and the curvature 3/4, so that the step is 2/3: the solution (1/3, 0), the
// residual (0, -1/3), its squares 1/18.
TEST_P(GradientStepsTest, TakesAStepByHand) {
  Buffer<double> residual = send({1, 0}), solution = send({0, 0}), direction = memory(2), parts = memory(2);
  Buffer<double> const lambda = send({1}), diagonal = send({1, 1});
  Buffer<double> product = memory(2);
  Buffer<GradientColumn> states(backend(), 1);
  GradientVectors const vectors{2,
                                1,
                                1e-10,
                                1.0,
                                diagonal.data(),
                                lambda.data(),
                                residual.data(),
                                solution.data(),
                                direction.data(),
                                product.data(),
                                parts.data(),
                                states.data()};
  dispatch(backend(), [&](auto const& space) { start_gradients(space, vectors, false); });
  EXPECT_EQ(direction.to_host(), (Numbers{0.5, 0}));
  product.copy_from(Numbers{1.5, 0.5});
  dispatch(backend(), [&](auto const& space) { step_gradients(space, vectors); });
  Numbers const found = solution.to_host(), left = residual.to_host();
  EXPECT_DOUBLE_EQ(found[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(left[1], -1.0 / 3);
  EXPECT_NEAR(left[0], 0, 1e-16);
  EXPECT_DOUBLE_EQ(states.to_host()[0].squares, 1.0 / 18);
  EXPECT_DOUBLE_EQ(states.to_host()[0].share, 1.0 / 9);
  EXPECT_DOUBLE_EQ(direction.to_host()[1], -1.0 / 6);
  // No curvature along the direction.
  product.copy_from(Numbers{0, 0});
  dispatch(backend(), [&](auto const& space) { step_gradients(space, vectors); });
  EXPECT_EQ(states.to_host()[0].singular, 1);
  EXPECT_EQ(states.to_host()[0].active, 0);
  EXPECT_EQ(solution.to_host(), found);
}

TEST_P(GradientStepsTest, CentresRows) {
  std::int64_t const rows = 5000, columns = 3, stride = 4;
  Numbers const values = random_numbers(rows * stride, 2);
  for (bool const weighted : {false, true}) {
    Numbers weights(at(rows), 1.0);
    for (std::int64_t row = 0; weighted && row < rows; ++row) weights[at(row)] = 0.5 + static_cast<double>(row % 7);
    double total = 0;
    for (double const weight : weights) total += weight;
    Buffer<double> there = send(values), totals = memory(8), parts = memory(sum_parts(rows) * columns);
    Buffer<double> const own = send(weights);
    dispatch(backend(), [&](auto const& space) {
      centre_rows(space, weighted ? own.data() : nullptr, total, {there.data(), rows, columns, stride}, totals.data(),
                  parts.data());
    });
    Numbers const found = there.to_host();
    for (std::int64_t column = 0; column < stride; ++column) {
      double mean = 0;
      for (std::int64_t row = 0; row < rows; ++row)
        mean += weights[at(row)] * values[at(row * stride + column)] / total;
      for (std::int64_t row = 0; row < rows; ++row) {
        double const value = values[at(row * stride + column)];
        double const expected = column < columns ? weights[at(row)] * (value - mean) : value;
        ASSERT_NEAR(found[at(row * stride + column)], expected, 1e-12) << weighted << " " << row << " " << column;
      }
    }
  }
}

TEST_P(GradientStepsTest, PadsAddsAndChooses) {
  std::int64_t const rows = 2100, columns = 2, before = 3, after = 4;
  Numbers const values = random_numbers(rows * columns, 3);
  Buffer<double> const there = send(values), constant = send({10, 20}), factors = send({2, -1});
  Buffer<double> padded = memory((before + rows + after) * columns), totals = memory(columns);
  Buffer<double> parts = memory(sum_parts(rows) * columns), sums = memory(rows * columns), chosen = memory(rows);
  MatrixView<double const> const view{there.data(), rows, columns, columns};
  dispatch(backend(), [&](auto const& space) {
    pad_rows(space, view, before, after, padded.data(), totals.data(), parts.data());
    add_constant(space, there.data(), constant.data(), {sums.data(), rows, columns, columns});
    add_scaled(space, factors.data(), view, sums.data());
    choose_columns(space, view, {1, {1}}, chosen.data());
  });
  Numbers const copy = padded.to_host(), sum = totals.to_host(), shifted = sums.to_host(), second = chosen.to_host();
  for (std::int64_t column = 0; column < columns; ++column) {
    double expected = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      std::size_t const entry = at(row * columns + column);
      expected += values[entry];
      double const constant_of_column = column == 0 ? 10 : 20;
      double const factor = column == 0 ? 2 : -1;
      ASSERT_EQ(shifted[entry], (constant_of_column + values[entry]) + factor * values[entry]);
      if (column == 1) {
        ASSERT_EQ(second[at(row)], values[entry]);
      }
    }
    EXPECT_NEAR(sum[at(column)], expected, 1e-11);
  }
  for (std::size_t i = 0; i < copy.size(); ++i) {
    bool const inside = i >= at(before * columns) && i < at((before + rows) * columns);
    ASSERT_EQ(copy[i], inside ? values[i - at(before * columns)] : 0.0) << i;
  }
  dispatch(backend(), [&](auto const& space) {
    pad_rows(space, {there.data(), 0, columns, columns}, 1, 0, padded.data(), totals.data(), parts.data());
  });
  EXPECT_EQ(totals.to_host(), (Numbers{0, 0}));
}

SHOAL_ON_EVERY_BACKEND(GradientStepsTest);

}  // namespace
}  // namespace shoal::kernels
