// SPDX-License-Identifier: MIT
#include "motif/calling/isotonic.hpp"

#include <algorithm>
#include <cstddef>

namespace shoal::motif {

namespace {

struct Block {
  double sum;     // Σ weight y
  double weight;  // Σ weight
  std::size_t points;
  double mean() const { return sum / weight; }
};

}  // namespace

std::vector<WeightedPoint> isotonic_fit(std::vector<WeightedPoint> points) {
  std::ranges::stable_sort(points, {}, &WeightedPoint::x);
  std::vector<WeightedPoint> unique;
  for (WeightedPoint const& point : points) {
    if (unique.empty() || unique.back().x != point.x) {
      unique.push_back({point.x, point.y * point.weight, point.weight});
    } else {
      unique.back().y += point.y * point.weight;
      unique.back().weight += point.weight;
    }
  }
  std::vector<Block> blocks;
  for (WeightedPoint const& point : unique) {
    blocks.push_back({point.y, point.weight, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      Block const last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().weight += last.weight;
      blocks.back().points += last.points;
    }
  }
  std::size_t next = 0;
  for (Block const& block : blocks) {
    for (std::size_t i = 0; i < block.points; ++i) unique[next++].y = block.mean();
  }
  return unique;
}

}  // namespace shoal::motif
