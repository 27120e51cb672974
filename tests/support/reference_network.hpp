// SPDX-License-Identifier: MIT
// A network executed layer by layer in double precision, straight from the definitions, and networks made by hand.
#pragma once

#include <vector>

#include "network/network.hpp"
#include "support/packed_codes.hpp"

namespace shoal::test {

// Value of node `node` for one sequence, [positions * channels].
std::vector<double> reference_value(network::Network const& network, Codes const& codes, int node);
// The same for an input that need not be one-hot, [length, 4].
std::vector<double> reference_value_at(network::Network const& network, std::vector<double> const& input, int node);

// Builds a network one layer at a time; weights are random, shapes inferred.
class NetworkMaker {
 public:
  NetworkMaker(std::int64_t length, unsigned seed);

  // Adds a layer that reads node `input` (-1: the last one added) and returns its index. Empty weights are filled in.
  int add(network::Layer layer, int input = -1);
  // Adds a layer that reads several nodes.
  int join(network::Layer layer, std::vector<int> const& inputs);
  int convolution(std::int64_t filters, std::int64_t width, network::Padding padding = network::Padding::same,
                  std::int64_t stride = 1, std::int64_t dilation = 1, int input = -1);
  int dense(std::int64_t units, int input = -1);
  int norm(int input = -1);
  int activate(network::Activation activation, float alpha = 1.0F, int input = -1);
  int max_pool(std::int64_t width, std::int64_t stride, network::Padding padding = network::Padding::valid,
               int input = -1);

  // The network with these outputs (the last node when empty).
  std::shared_ptr<network::Network const> network(std::vector<int> outputs = {}) const;
  std::vector<float> random(std::int64_t size, double spread, double centre = 0.0);
  network::Shape last_shape() const { return network_.nodes.back().shape; }  // shape of the last node added

 private:
  network::Shape const& shape_of(int input) const;

  network::Network network_;
  std::mt19937 generator_;
};

}  // namespace shoal::test
