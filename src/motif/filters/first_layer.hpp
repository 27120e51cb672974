// SPDX-License-Identifier: MIT
// The part of a network whose values are the activations of its first filters.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "network/network.hpp"

namespace shoal::motif {

// The first convolution whose input is the sequence (perhaps padded), and what follows it alone: normalisations, and
// the first activation.
class FirstLayer {
 public:
  // Errors: config, naming the network's file: an average of networks, no such convolution, or one in groups.
  explicit FirstLayer(std::shared_ptr<network::Network const> network);

  std::string const& name() const { return name_; }  // of the last node
  std::int64_t positions() const { return positions_; }
  std::int64_t filters() const { return convolution_->filters; }
  // The base under the middle tap of position p's filter.
  std::int64_t middle(std::int64_t p) const {
    return p * convolution_->stride - left_ + (convolution_->width - 1) * convolution_->dilation / 2;
  }
  // Activations [filters, positions] of a sequence, `input_length` codes. N and padding add nothing. Thread safe.
  void evaluate(std::uint8_t const* codes, float* activations) const;

 private:
  std::shared_ptr<network::Network const> network_;
  network::Conv1D const* convolution_ = nullptr;
  std::vector<network::Layer const*> steps_;  // after the convolution
  std::string name_;
  std::int64_t positions_ = 0;
  std::int64_t left_ = 0;  // positions outside of the sequence before the first tap
};

}  // namespace shoal::motif
