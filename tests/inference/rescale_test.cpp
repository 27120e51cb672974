// SPDX-License-Identifier: MIT
// DeepLIFT's multipliers: they sum to the difference of the outputs, whatever the layers.
#include <gmock/gmock.h>

#include <cmath>

#include "inference/gradient.hpp"
#include "inference/gradient_points.hpp"
#include "support/backends.hpp"
#include "support/packed_codes.hpp"

namespace shoal::inference {
namespace {

using test::NetworkMaker;

constexpr std::int64_t sequences = 6;

class RescaleTest : public test::OnBackend {
 protected:
  // Six random sequences and six references, one-hot.
  void draw(std::int64_t length) {
    length_ = static_cast<std::size_t>(length);
    for (unsigned const which : {0U, 1U}) {
      points_[which].clear();
      for (test::Codes const& codes : test::random_codes(sequences, length_, 40 + which)) {
        for (double const value : test::one_hot(codes)) points_[which].push_back(static_cast<float>(value));
      }
    }
  }

  device::Buffer<float> on_backend(int which) const { return {backend(), std::span<float const>(points_[which])}; }

  void expect_sums(std::shared_ptr<network::Network const> const& network) const {
    auto const tasks = network::select_tasks(*network, {});
    std::size_t const inputs = 4 * length_, rows = sequences * tasks.size();
    Gradient gradient(backend(), network, tasks, 4);
    auto const x = on_backend(0), r = on_backend(1);
    device::Buffer<float> values(backend(), rows), references(backend(), rows), multipliers(backend(), rows * inputs);
    gradient.rescale({x.data(), sequences}, {r.data(), sequences}, values, references, multipliers);
    auto const y = values.to_host(), z = references.to_host(), m = multipliers.to_host();
    for (std::size_t row = 0; row < rows; ++row) {
      double sum = 0.0;
      for (std::size_t i = 0; i < inputs; ++i) {
        std::size_t const at = row / tasks.size() * inputs + i;
        sum += static_cast<double>(m[row * inputs + i % 4 * length_ + i / 4]) *
               static_cast<double>(points_[0][at] - points_[1][at]);
      }
      double const difference = static_cast<double>(y[row]) - static_cast<double>(z[row]);
      EXPECT_GT(std::abs(difference), 1e-3);
      EXPECT_NEAR(sum, difference, 1e-4 * std::abs(difference) + 1e-6);
    }
  }

 private:
  std::size_t length_ = 0;
  std::vector<float> points_[2];
};

TEST_P(RescaleTest, MultipliersSumToTheDifference) {
  draw(60);
  expect_sums(test::deep_network());
}

// Attention, layer normalisation, a product of two values and log-sum-exp, none of them linear.
std::shared_ptr<network::Network const> network_of_products() {
  NetworkMaker maker(12, 4);
  int const query = maker.convolution(4, 3, network::Padding::same, 1, 1, 0);
  int const key = maker.convolution(4, 3, network::Padding::same, 1, 1, 0);
  int const weighted = maker.convolution(4, 1, network::Padding::same, 1, 1, 0);
  int const products =
      maker.join(network::MatrixProduct{{2, 12, 2, 12, {2, 4, 1}, {2, 1, 4}, {144, 12, 1}}, {24, 12}}, {query, key});
  int const attention = maker.add(network::Softmax{}, products);
  int const attended = maker.join(network::MatrixProduct{{2, 12, 12, 2, {144, 12, 1}, {2, 4, 1}, {2, 4, 1}}, {12, 4}},
                                  {attention, weighted});
  int const sum = maker.join(network::Add{}, {attended, weighted});
  int const normalised = maker.add(network::LayerNorm{}, sum);
  int const gate = maker.activate(network::Activation::sigmoid, 1.0F, query);
  maker.join(network::Multiply{}, {normalised, gate});
  maker.add(network::Reduce{network::Reduction::log_sum_exp, network::Axis::positions});
  maker.dense(2);
  return maker.network();
}

TEST_P(RescaleTest, MultipliersOfProductsSumToTheDifferenceAndBecomeTheGradient) {
  auto const network = network_of_products();
  draw(12);
  expect_sums(network);
  auto const tasks = network::select_tasks(*network, {});
  Gradient gradient(backend(), network, tasks, 4);
  auto const x = on_backend(0);
  device::Buffer<float> values(backend(), 12), references(backend(), 12), multipliers(backend(), 12 * 48);
  gradient.rescale({x.data(), sequences}, {x.data(), sequences}, values, references, multipliers);
  device::Buffer<float> gradients(backend(), 12 * 48);
  gradient.evaluate(RealInputs{x.data(), sequences}, values, gradients);
  auto const same = multipliers.to_host(), expected = gradients.to_host();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(same[i], expected[i], 2e-5F);
}

SHOAL_ON_EVERY_BACKEND(RescaleTest);

}  // namespace
}  // namespace shoal::inference
