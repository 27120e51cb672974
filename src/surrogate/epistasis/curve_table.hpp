// SPDX-License-Identifier: MIT
// A curve of many parameters, tabulated over the latent values of a fit. All that a row needs of the curve depends on
// the row's phi alone, so a few hundred evaluations serve any number of rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "surrogate/epistasis/curve_shape.hpp"

namespace shoal::surrogate {

class CurveTable {
 public:
  static constexpr std::size_t nodes = 512;

  // Whether a fit of `rows` rows uses tables: for curves with more than 8 sigmoids, and more rows than there are nodes.
  static bool pays(CurveShape const& shape, std::int64_t rows);

  // The curve at `nodes` equally spaced values over the range of `phi`, which is not empty.
  CurveTable(CurveShape const& shape, std::span<double const> parameters, std::span<double const> phi);

  // Where a latent value lies: (1 - share) of the way from node + 1 to node.
  struct Place {
    std::size_t node = 0;  // the lower neighbour
    double share = 0;      // 0 at the lower neighbour, 1 at the upper one
  };
  // Values outside the range that the table was made for are moved to its border.
  Place place(double phi) const;
  // Value and slope by cubic Hermite interpolation (errors of the order of the spacing to the fourth), the curvature
  // between its neighbours linearly.
  CurveAt::Point at(Place place) const;

  // Derivatives by the parameters, [nodes, parameters]; linear in between (error: an eighth of the spacing's square
  // times their second derivative in phi).
  std::vector<double> const& value_jacobian() const { return value_jacobian_; }
  std::vector<double> const& slope_jacobian() const { return slope_jacobian_; }

 private:
  double lowest_ = 0;
  double spacing_ = 0;
  std::vector<CurveAt::Point> points_;
  std::vector<double> value_jacobian_;
  std::vector<double> slope_jacobian_;
};

// The Jacobian of a linearised fit as a table and the places of the rows in it, and sums over rows by it.
class TabulatedJacobian {
 public:
  TabulatedJacobian() = default;
  // `jacobian` [nodes, size], and one place per row.
  TabulatedJacobian(std::vector<double> jacobian, std::vector<CurveTable::Place> places)
      : jacobian_(std::move(jacobian)), places_(std::move(places)) {}

  bool empty() const { return places_.empty(); }
  // [nodes]: values [rows] shared out to the two nodes beside each row. One thread adds the rows in order.
  std::vector<double> on_nodes(std::span<double const> values) const;
  // J^T values [size].
  std::vector<double> transposed(std::span<double const> values) const;
  // J step at the nodes [nodes]; `between` gives the value for a row.
  std::vector<double> product(std::span<double const> step) const;
  double between(std::vector<double> const& at_nodes, std::size_t row) const {
    auto const [node, share] = places_[row];
    return (1 - share) * at_nodes[node] + share * at_nodes[node + 1];
  }
  // J^T diag(weights) J [size, size].
  std::vector<double> gram(std::span<double const> weights) const;

 private:
  std::vector<double> jacobian_;
  std::vector<CurveTable::Place> places_;
};

// table^T weights [columns] of a row-major table [weights, columns].
std::vector<double> table_transposed(std::vector<double> const& table, std::vector<double> const& weights);

}  // namespace shoal::surrogate
