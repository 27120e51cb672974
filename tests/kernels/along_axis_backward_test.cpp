// SPDX-License-Identifier: MIT
#include "kernels/backward/along_axis_backward.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "kernels/forward/along_axis.hpp"
#include "kernels/same_bits.hpp"
#include "support/backends.hpp"

namespace shoal::kernels {
namespace {

using test::LayerValues;
using test::values_of;
using testing::ElementsAre;
using testing::FloatEq;
using Line = std::vector<double>;

// What each test takes apart into rows along an axis.
enum class Operation { softmax, layer_norm, mean, sum, max, log_sum_exp };
constexpr Operation every_operation[] = {Operation::softmax, Operation::layer_norm, Operation::mean,
                                         Operation::sum,     Operation::max,        Operation::log_sum_exp};
constexpr double epsilon = 0.0625;

bool is_reduction(Operation operation) {
  return operation != Operation::softmax && operation != Operation::layer_norm;
}

Reduction reduction_of(Operation operation) {
  if (operation == Operation::mean) return Reduction::mean;
  if (operation == Operation::sum) return Reduction::sum;
  return operation == Operation::max ? Reduction::max : Reduction::log_sum_exp;
}

double mean_of(Line const& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}
double variance_of(Line const& x) {
  double const mean = mean_of(x);
  double squares = 0.0;
  for (double const each : x) squares += (each - mean) * (each - mean);
  return squares / static_cast<double>(x.size());
}

// The operation on one row, by its definition.
Line applied(Operation operation, Line const& x, Line const& scale) {
  double exponentials = 0.0;
  for (double const each : x) exponentials += std::exp(each);
  Line y;
  switch (operation) {
    case Operation::softmax:
      for (double const each : x) y.push_back(std::exp(each) / exponentials);
      return y;
    case Operation::layer_norm:
      for (std::size_t i = 0; i < x.size(); ++i) {
        y.push_back((x[i] - mean_of(x)) / std::sqrt(variance_of(x) + epsilon) * scale[i]);
      }
      return y;
    case Operation::mean:
      return {mean_of(x)};
    case Operation::sum:
      return {mean_of(x) * static_cast<double>(x.size())};
    case Operation::max:
      return {*std::max_element(x.begin(), x.end())};
    case Operation::log_sum_exp:
      return {std::log(exponentials)};
  }
  return y;
}

double product(Line const& a, Line const& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// The derivatives of the sum of g times the results, by differences.
Line derivatives(Operation operation, Line x, Line const& scale, Line const& g) {
  double const h = 1e-4;
  Line slopes;
  for (double& each : x) {
    double const here = each;
    each = here + h;
    double const above = product(g, applied(operation, x, scale));
    each = here - h;
    slopes.push_back((above - product(g, applied(operation, x, scale))) / (2.0 * h));
    each = here;
  }
  return slopes;
}

// DeepLIFT's multipliers, the operation taken apart as the header says: difference quotients of functions of one
// number, and the middle of the two orders of a product.
Line multipliers(Operation operation, Line const& x, Line const& r, Line const& scale, Line const& g) {
  std::size_t const count = x.size();
  Line m(count);
  if (operation == Operation::layer_norm) {
    double const mean = mean_of(x), mean0 = mean_of(r), v = variance_of(x), v0 = variance_of(r);
    double const inverse = 1.0 / std::sqrt(v + epsilon), inverse0 = 1.0 / std::sqrt(v0 + epsilon);
    double of_inverse = 0.0, of_mean = 0.0;
    for (std::size_t i = 0; i < count; ++i) of_inverse += g[i] * scale[i] * 0.5 * (x[i] - mean + r[i] - mean0);
    double const of_variance = of_inverse * (inverse - inverse0) / (v - v0);
    for (std::size_t i = 0; i < count; ++i) {
      double const of_square = of_variance / static_cast<double>(count);
      m[i] = g[i] * scale[i] * 0.5 * (inverse + inverse0) + of_square * (x[i] - mean + r[i] - mean0);
      of_mean += m[i] / static_cast<double>(count);
    }
    for (double& each : m) each -= of_mean;
    return m;
  }
  double sum = 0.0, sum0 = 0.0, of_inverse = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += std::exp(x[i]);
    sum0 += std::exp(r[i]);
    if (operation == Operation::softmax) of_inverse += g[i] * 0.5 * (std::exp(x[i]) + std::exp(r[i]));
  }
  double const of_sum = operation == Operation::softmax ? of_inverse * (1.0 / sum - 1.0 / sum0) / (sum - sum0)
                                                        : g[0] * (std::log(sum) - std::log(sum0)) / (sum - sum0);
  for (std::size_t i = 0; i < count; ++i) {
    double const direct = operation == Operation::softmax ? g[i] * 0.5 * (1.0 / sum + 1.0 / sum0) : 0.0;
    m[i] = (direct + of_sum) * (std::exp(x[i]) - std::exp(r[i])) / (x[i] - r[i]);
  }
  return m;
}

class AlongAxisBackwardTest : public test::OnBackend {
 protected:
  struct Shape {
    std::int64_t sequences, positions, channels;
  };
  // The adjoint of x from `g`, which has the results' shape; with a reference, DeepLIFT's multipliers.
  static std::vector<float> backward(device::Backend const& on, Operation operation, Axis axis, Shape const& shape,
                                     std::vector<float> const& x, std::vector<float> const& g,
                                     std::vector<float> const& scale, std::vector<float> const& reference = {}) {
    auto const [sequences, positions, channels] = shape;
    bool const down = axis == Axis::positions;
    LayerValues const input = values_of(on, sequences, positions, channels, x, 1),
                      other = values_of(on, sequences, positions, channels, reference);
    LayerValues const result(on, sequences, positions, channels, 2);
    std::int64_t const g_positions = is_reduction(operation) && down ? 1 : positions;
    std::int64_t const g_channels = is_reduction(operation) && !down ? 1 : channels;
    LayerValues const adjoint = values_of(on, sequences, g_positions, g_channels, g),
                      output(on, sequences, g_positions, g_channels);
    device::Buffer<float> const scales(on, std::span<float const>(scale));
    auto const eps = static_cast<float>(epsilon);
    device::dispatch(on, [&](auto const& space) {
      if (operation == Operation::softmax && reference.empty()) {
        softmax(space, input.view(), axis, output.view());
        softmax_backward(space, output.view(), axis, adjoint.view(), result.view());
      } else if (operation == Operation::softmax) {
        softmax_rescale(space, input.view(), other.view(), axis, adjoint.view(), result.view());
      } else if (operation == Operation::layer_norm && reference.empty()) {
        layer_norm_backward(space, input.view(), scales.data(), eps, adjoint.view(), result.view());
      } else if (operation == Operation::layer_norm) {
        layer_norm_rescale(space, input.view(), other.view(), scales.data(), eps, adjoint.view(), result.view());
      } else if (reference.empty()) {
        reduce(space, input.view(), reduction_of(operation), axis, output.view());
        reduce_backward(space, input.view(), output.view(), reduction_of(operation), axis, adjoint.view(),
                        result.view());
      } else {
        log_sum_exp_rescale(space, input.view(), other.view(), axis, adjoint.view(), result.view());
      }
    });
    EXPECT_TRUE(result.surroundings_are_kept());
    return result.get();
  }

  // Compares random values, row by row along both axes, with `oracle(x, reference, scale, g)`.
  void compare(Operation operation, bool rescales,
               std::function<Line(Line const&, Line const&, Line const&, Line const&)> const& oracle) const;
};

void AlongAxisBackwardTest::compare(
    Operation operation, bool rescales,
    std::function<Line(Line const&, Line const&, Line const&, Line const&)> const& oracle) const {
  constexpr std::int64_t sequences = 5, positions = 11, channels = 7, size = positions * channels;
  for (Axis const axis : {Axis::positions, Axis::channels}) {
    bool const down = axis == Axis::positions;
    if (down && operation == Operation::layer_norm) continue;
    std::int64_t const lines = down ? channels : positions, count = down ? positions : channels;
    std::int64_t const g_size = is_reduction(operation) ? lines : size;
    auto const x = test::random_floats(sequences * size, 1), g = test::random_floats(sequences * g_size, 2),
               scale = test::random_floats(channels, 3), r = test::random_floats(sequences * size, 4);
    auto const compute = [&](device::Backend const& on, std::int64_t first, std::int64_t number) {
      auto const reference = rescales ? test::part_of(r, size, first, number) : std::vector<float>{};
      return backward(on, operation, axis, {number, positions, channels}, test::part_of(x, size, first, number),
                      test::part_of(g, g_size, first, number), scale, reference);
    };
    auto const found = compute(backend(), 0, sequences);
    auto const place = [&](std::int64_t line, std::int64_t i) {
      std::int64_t const start = line / lines * size, row = line % lines;
      return start + (down ? i * channels + row : row * channels + i);
    };
    for (std::int64_t line = 0; line < sequences * lines; ++line) {
      Line own, reference, wanted;
      for (std::int64_t i = 0; i < count; ++i) {
        own.push_back(x[place(line, i)]);
        reference.push_back(r[place(line, i)]);
        if (!is_reduction(operation)) wanted.push_back(g[place(line, i)]);
      }
      if (is_reduction(operation)) wanted.push_back(g[line]);
      Line const expected = oracle(own, reference, Line(scale.begin(), scale.end()), wanted);
      for (std::int64_t i = 0; i < count; ++i) {
        ASSERT_NEAR(found[place(line, i)], expected[i], 2e-6) << static_cast<int>(operation) << ' ' << down;
      }
    }
    test::expect_the_same_bits(backend(), sequences, compute);
  }
}

TEST_P(AlongAxisBackwardTest, ByHand) {
  auto const of = [&](Operation operation, Axis axis, std::vector<float> const& x, std::vector<float> const& g) {
    return backward(backend(), operation, axis, {1, 2, 2}, x, g, {1, 1});
  };
  EXPECT_THAT(of(Operation::mean, Axis::positions, {1, 2, 3, 4}, {6, 8}), ElementsAre(3, 4, 3, 4));
  EXPECT_THAT(of(Operation::sum, Axis::channels, {1, 2, 3, 4}, {6, 8}), ElementsAre(6, 6, 8, 8));
  // Equal largest values share.
  EXPECT_THAT(of(Operation::max, Axis::positions, {1, 5, 3, 5}, {6, 8}), ElementsAre(0, 4, 6, 4));
  // e^0 and e^log 3: shares 1/4 and 3/4.
  float const third = std::log(3.0F);
  EXPECT_THAT(of(Operation::log_sum_exp, Axis::channels, {0, third, 2, 2}, {8, 2}),
              ElementsAre(FloatEq(2), FloatEq(6), FloatEq(1), FloatEq(1)));
  // y (g - sum of g y): 1/4 (8 - 2) and 3/4 (0 - 2); equal adjoints go nowhere.
  EXPECT_THAT(of(Operation::softmax, Axis::channels, {0, third, 1, 2}, {8, 0, 5, 5}),
              ElementsAre(FloatEq(1.5F), FloatEq(-1.5F), testing::FloatNear(0, 1e-6F), testing::FloatNear(0, 1e-6F)));
  EXPECT_THAT(backward(backend(), Operation::softmax, Axis::positions, {1, 1, 1}, {3}, {7}, {1}), ElementsAre(0));
  // Of a row without spread, d = sqrt(epsilon) = 1/4: (h - mean of h) / d.
  EXPECT_THAT(backward(backend(), Operation::layer_norm, Axis::channels, {1, 1, 2}, {4, 4}, {1, 2}, {3, 1}),
              ElementsAre(2, -2));
}

TEST_P(AlongAxisBackwardTest, AgreesWithDifferencesInDoublePrecision) {
  for (Operation const operation : every_operation) {
    compare(operation, false, [=](Line const& x, Line const&, Line const& scale, Line const& g) {
      return derivatives(operation, x, scale, g);
    });
  }
}

TEST_P(AlongAxisBackwardTest, RescaleAgreesWithTheOperationTakenApart) {
  for (Operation const operation : {Operation::softmax, Operation::layer_norm, Operation::log_sum_exp}) {
    compare(operation, true, [=](Line const& x, Line const& r, Line const& scale, Line const& g) {
      Line const m = multipliers(operation, x, r, scale, g);
      // The oracle itself must add up to the change of the results.
      Line change;
      for (std::size_t i = 0; i < x.size(); ++i) change.push_back(x[i] - r[i]);
      double const wanted = product(g, applied(operation, x, scale)) - product(g, applied(operation, r, scale));
      EXPECT_NEAR(product(m, change), wanted, 1e-12);
      return m;
    });
  }
}

TEST_P(AlongAxisBackwardTest, RescaleOfEqualRowsIsTheDerivative) {
  for (Operation const operation : {Operation::softmax, Operation::layer_norm, Operation::log_sum_exp}) {
    auto const x = test::random_floats(30, 1), g = test::random_floats(30, 2), scale = test::random_floats(6, 3);
    auto const wanted = is_reduction(operation) ? test::part_of(g, 5, 0, 1) : g;
    auto const slopes = backward(backend(), operation, Axis::channels, {1, 5, 6}, x, wanted, scale);
    auto const rescaled = backward(backend(), operation, Axis::channels, {1, 5, 6}, x, wanted, scale, x);
    for (std::size_t i = 0; i < 30; ++i) EXPECT_NEAR(rescaled[i], slopes[i], 1e-6) << static_cast<int>(operation);
  }
}

SHOAL_ON_EVERY_BACKEND(AlongAxisBackwardTest);

}  // namespace
}  // namespace shoal::kernels
