// SPDX-License-Identifier: MIT
// Gradients of every operator against PyTorch's (tests/data/inference/operator_gradients.py), alone and in a batch of
// 1,000.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/text.hpp"
#include "inference/gradient.hpp"
#include "readers/read_network.hpp"
#include "support/backends.hpp"
#include "support/data.hpp"

namespace shoal::inference {
namespace {

constexpr std::size_t length = 21, size = 4 * length;

struct GoldenGradient {
  std::size_t task = 0, input = 0;
  double score = 0.0;
  std::vector<double> gradient;  // [4, length]
};

std::vector<GoldenGradient> read_golden(std::vector<network::Task> const& tasks) {
  std::ifstream file(test::data("inference/operator_gradients.tsv"));
  std::string line;
  std::getline(file, line);
  std::vector<GoldenGradient> rows;
  while (std::getline(file, line)) {
    auto const fields = split(line, '\t');
    GoldenGradient row;
    while (row.task < tasks.size() && tasks[row.task].name != fields.at(0)) ++row.task;
    EXPECT_LT(row.task, tasks.size()) << fields[0];
    row.input = std::stoul(std::string(fields.at(1)));
    row.score = std::stod(std::string(fields.at(2)));
    for (std::string_view const value : split(fields.at(3), ' ')) row.gradient.push_back(std::stod(std::string(value)));
    rows.push_back(std::move(row));
  }
  return rows;
}

// points(index) of the script, [length, 4].
void write_point(std::size_t index, float* point) {
  for (std::size_t p = 0; p < length; ++p) {
    for (std::size_t c = 0; c < 4; ++c) {
      double const phase =
          1.0 + 1.3 * static_cast<double>(p) + 7.0 * static_cast<double>(c) + 0.37 * static_cast<double>(index);
      point[4 * p + c] = static_cast<float>(0.25 + 0.6 * std::sin(phase));
    }
  }
}

class OperatorGradientTest : public test::OnBackend {
 protected:
  struct Found {
    std::vector<float> scores, gradients;
  };
  // Evaluates the inputs first … first + count - 1.
  Found evaluate(Gradient& gradient, std::size_t first, std::size_t count) const {
    std::vector<float> points(count * size);
    for (std::size_t i = 0; i < count; ++i) write_point(first + i, points.data() + i * size);
    device::Buffer<float> const inputs(backend(), std::span<float const>(points));
    std::size_t const tasks = gradient.tasks().size();
    device::Buffer<float> scores(backend(), count * tasks), gradients(backend(), count * tasks * size);
    gradient.evaluate(RealInputs{inputs.data(), static_cast<std::int64_t>(count)}, scores, gradients);
    return {scores.to_host(), gradients.to_host()};
  }
};

TEST_P(OperatorGradientTest, AreThoseOfPyTorchInEveryBatch) {
  auto const network = readers::read_network(test::data("inference/operator_gradients.onnx"));
  Gradient gradient(backend(), network, network::select_tasks(*network, {}));
  std::size_t const tasks = gradient.tasks().size();
  auto const golden = read_golden(gradient.tasks());
  ASSERT_EQ(golden.size(), 3 * tasks);
  ASSERT_GE(tasks, 40u);
  Found const thousand = evaluate(gradient, 0, 1000);
  for (GoldenGradient const& row : golden) {
    std::string const where = gradient.tasks()[row.task].name + ", input " + std::to_string(row.input);
    std::size_t const at = row.input * tasks + row.task;
    Found const alone = evaluate(gradient, row.input, 1);
    EXPECT_EQ(alone.scores[row.task], thousand.scores[at]) << where;
    EXPECT_NEAR(alone.scores[row.task], row.score, 1e-5 * std::max(1.0, std::abs(row.score))) << where;
    double largest = 0.0;
    for (double const value : row.gradient) largest = std::max(largest, std::abs(value));
    ASSERT_GT(largest, 0.0) << where;
    ASSERT_EQ(row.gradient.size(), size);
    for (std::size_t i = 0; i < size; ++i) {
      float const found = alone.gradients[row.task * size + i];
      ASSERT_EQ(found, thousand.gradients[at * size + i]) << where;
      ASSERT_NEAR(found, row.gradient[i], 2e-5 * largest) << where << ", element " << i;
    }
  }
}

SHOAL_ON_EVERY_BACKEND(OperatorGradientTest);

}  // namespace
}  // namespace shoal::inference
