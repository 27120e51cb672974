// SPDX-License-Identifier: MIT
// Points at which tests take gradients, and a network with a layer of every common kind.
#pragma once

#include <memory>
#include <vector>

#include "support/reference_network.hpp"

namespace shoal::test {

// [length, 4]; N is all zeros.
inline std::vector<double> one_hot(Codes const& codes) {
  std::vector<double> values(4 * codes.size(), 0.0);
  for (std::size_t p = 0; p < codes.size(); ++p) {
    if (codes[p] != kernels::code_n) values[4 * p + codes[p]] = 1.0;
  }
  return values;
}

// Reads 60 bases; two outputs.
inline std::shared_ptr<network::Network const> deep_network() {
  NetworkMaker maker(60, 12);
  maker.convolution(20, 7);
  maker.norm();
  maker.activate(network::Activation::exponential);
  maker.max_pool(3, 3);
  maker.convolution(33, 4);
  maker.activate(network::Activation::relu);
  maker.convolution(17, 3, network::Padding::same, 2);
  maker.add(network::Flatten{});
  maker.dense(21);
  maker.activate(network::Activation::relu);
  maker.dense(2);
  return maker.network();
}

}  // namespace shoal::test
