// SPDX-License-Identifier: MIT
#include "surrogate/epistasis/curve_table.hpp"

#include <algorithm>

namespace shoal::surrogate {

namespace {

constexpr int few_sigmoids = 8;

}  // namespace

bool CurveTable::pays(CurveShape const& shape, std::int64_t rows) {
  return shape.kind == CurveKind::sigmoids && shape.sigmoids > few_sigmoids && rows > static_cast<std::int64_t>(nodes);
}

CurveTable::CurveTable(CurveShape const& shape, std::span<double const> parameters, std::span<double const> phi) {
  auto const [low, high] = std::minmax_element(phi.begin(), phi.end());
  lowest_ = *low;
  spacing_ = (*high - *low) / static_cast<double>(nodes - 1);
  std::size_t const size = shape.size();
  value_jacobian_.resize(nodes * size);
  slope_jacobian_.resize(nodes * size);
  CurveAt const curve(shape, parameters);
  for (std::size_t node = 0; node < nodes; ++node) {
    points_.push_back(curve.with_jacobians(lowest_ + static_cast<double>(node) * spacing_,
                                           value_jacobian_.data() + node * size, slope_jacobian_.data() + node * size));
  }
}

CurveTable::Place CurveTable::place(double phi) const {
  double const steps = spacing_ > 0 ? (phi - lowest_) / spacing_ : 0.0;
  double const inside = std::clamp(steps, 0.0, static_cast<double>(nodes - 1));
  std::size_t const node = std::min(static_cast<std::size_t>(inside), nodes - 2);
  return {node, inside - static_cast<double>(node)};
}

CurveAt::Point CurveTable::at(Place place) const {
  auto const [node, share] = place;
  CurveAt::Point const& low = points_[node];
  CurveAt::Point const& high = points_[node + 1];
  double const rest = 1 - share;
  // Weights of the ends' values in the cubic that has the given slopes there.
  double const to_low = rest * rest * (1 + 2 * share);
  double const to_high = share * share * (1 + 2 * rest);
  double const by_low = share * rest * rest * spacing_;
  double const by_high = -share * share * rest * spacing_;
  return {to_low * low.value + to_high * high.value + by_low * low.slope + by_high * high.slope,
          to_low * low.slope + to_high * high.slope + by_low * low.curvature + by_high * high.curvature,
          rest * low.curvature + share * high.curvature};
}

std::vector<double> table_transposed(std::vector<double> const& table, std::vector<double> const& weights) {
  std::size_t const columns = table.size() / weights.size();
  std::vector<double> sums(columns, 0.0);
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (weights[row] == 0) continue;
    double const* const values = table.data() + row * columns;
    for (std::size_t column = 0; column < columns; ++column) sums[column] += weights[row] * values[column];
  }
  return sums;
}

std::vector<double> TabulatedJacobian::on_nodes(std::span<double const> values) const {
  std::vector<double> sums(CurveTable::nodes, 0.0);
  for (std::size_t row = 0; row < values.size(); ++row) {
    auto const [node, share] = places_[row];
    sums[node] += (1 - share) * values[row];
    sums[node + 1] += share * values[row];
  }
  return sums;
}

std::vector<double> TabulatedJacobian::transposed(std::span<double const> values) const {
  return table_transposed(jacobian_, on_nodes(values));
}

std::vector<double> TabulatedJacobian::product(std::span<double const> step) const {
  std::vector<double> at_nodes(CurveTable::nodes, 0.0);
  for (std::size_t node = 0; node < at_nodes.size(); ++node) {
    double const* const row = jacobian_.data() + node * step.size();
    for (std::size_t p = 0; p < step.size(); ++p) at_nodes[node] += row[p] * step[p];
  }
  return at_nodes;
}

std::vector<double> TabulatedJacobian::gram(std::span<double const> weights) const {
  constexpr std::size_t nodes = CurveTable::nodes;
  // Between nodes the Jacobian mixes two neighbours: sums over rows make a matrix of the nodes with three diagonals.
  std::vector<double> same(nodes, 0.0);
  std::vector<double> next(nodes, 0.0);
  for (std::size_t row = 0; row < weights.size(); ++row) {
    auto const [node, share] = places_[row];
    same[node] += weights[row] * (1 - share) * (1 - share);
    same[node + 1] += weights[row] * share * share;
    next[node] += weights[row] * share * (1 - share);
  }
  std::size_t const size = jacobian_.size() / nodes;
  std::vector<double> matrix(size * size, 0.0);
  std::vector<double> mixed(size);
  for (std::size_t node = 0; node < nodes; ++node) {
    if (same[node] == 0) continue;
    double const* const row = jacobian_.data() + node * size;
    for (std::size_t p = 0; p < size; ++p) {
      mixed[p] = same[node] * row[p];
      if (node > 0) mixed[p] += next[node - 1] * jacobian_[(node - 1) * size + p];
      if (node + 1 < nodes) mixed[p] += next[node] * jacobian_[(node + 1) * size + p];
    }
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = 0; q <= p; ++q) matrix[p * size + q] += mixed[p] * row[q];
    }
  }
  for (std::size_t p = 0; p < size; ++p) {
    for (std::size_t q = p + 1; q < size; ++q) matrix[p * size + q] = matrix[q * size + p];
  }
  return matrix;
}

}  // namespace shoal::surrogate
