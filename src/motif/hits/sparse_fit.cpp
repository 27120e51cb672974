// SPDX-License-Identifier: MIT
#include "motif/hits/sparse_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/index.hpp"

namespace shoal::motif {

namespace {

constexpr std::int64_t most_rounds = 500;
constexpr std::int64_t most_sweeps = 2000;  // of coordinate descent per round
constexpr std::size_t first_places = 16;    // that enter the active set at once, at least

double squares(std::span<double const> values) {
  double sum = 0;
  for (double const value : values) sum += value * value;
  return sum;
}

// A place with its column κ T of the regression.
struct PlacedColumn {
  std::size_t window;
  std::int64_t start;
  double coefficient = 0;
  double square = 0;           // of its norm
  std::vector<double> values;  // [width]
};

class Fit {
 public:
  Fit(std::vector<MotifWindows> const& windows, std::span<std::uint8_t const> codes, std::span<double const> y,
      double penalty, double tolerance)
      : windows_(windows),
        codes_(codes),
        y_(y),
        penalty_(penalty),
        tolerance_(tolerance),
        residual_(y.begin(), y.end()),
        tracks_(codes, y) {
    prepare();
  }

  SparseFit run() {
    double least_gap = INFINITY;
    std::int64_t without_progress = 0;
    for (std::int64_t round = 0; round < most_rounds; ++round) {
      pass();
      if (gap_ <= tolerance_) break;
      without_progress = gap_ < 0.999 * least_gap ? 0 : without_progress + 1;
      least_gap = std::min(least_gap, gap_);
      rule_out();
      bool const grown = grow();
      if (!grown && without_progress > 3) break;
      descend(grown ? 0.3 * tolerance_ : 0.01 * tolerance_);
    }
    return result();
  }

 private:
  // Scales and norms of all places, and their list.
  void prepare() {
    auto const length = static_cast<std::int64_t>(y_.size());
    std::vector<double> energies(y_.size());
    for (std::size_t p = 0; p < y_.size(); ++p) energies[p] = y_[p] * y_[p];
    std::vector<double> sums(y_.size());
    for (MotifWindows const& window : windows_) {
      std::size_t const places = at(window.places(length));
      auto const part = std::span(sums).first(places);
      window_sums(energies, window.width(), part);
      std::vector<double> scales(places);
      for (std::size_t s = 0; s < places; ++s) scales[s] = 1 / std::sqrt(part[s] + 1);
      scales_.push_back(std::move(scales));
      is_open_.emplace_back(places, char{1});
      products_.emplace_back(places);
      open_ += static_cast<std::int64_t>(places);
      all_ += static_cast<std::int64_t>(places);
    }
  }

  double scaled_product(std::size_t window, std::int64_t start) const {
    MotifWindows const& motif = windows_[window];
    double sum = 0;
    for (std::int64_t i = 0; i < motif.width(); ++i) {
      sum += motif.weight(i, codes_[at(start + i)]) * residual_[at(start + i)];
    }
    return scales_[window][at(start)] * sum;
  }

  // Products of the residual with all open places; the objective, and the gap.
  void pass() {
    ++passes_;
    double largest = 0;
    bool const few = open_ * 8 < all_;
    if (!few) tracks_.set(codes_, residual_);
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      auto& products = products_[w];
      if (!few) {
        windows_[w].multiply(tracks_, products);
        for (std::size_t s = 0; s < products.size(); ++s) products[s] *= scales_[w][s];
      }
      for (std::size_t s = 0; s < products.size(); ++s) {
        if (!is_open_[w][s]) continue;
        if (few) products[s] = scaled_product(w, static_cast<std::int64_t>(s));
        largest = std::max(largest, products[s]);
      }
    }
    shrink_ = largest > penalty_ ? penalty_ / largest : 1;
    objective_ = objective();
    gap_ = objective_ - dual(shrink_);
  }

  double objective() const {
    double sum = 0;
    for (PlacedColumn const& column : active_) sum += column.coefficient;
    return squares(residual_) / 2 + penalty_ * sum;
  }

  // The dual's value at shrink × residual, which is feasible where shrink × product ≤ penalty for all places.
  double dual(double shrink) const {
    double sum = 0;
    for (std::size_t p = 0; p < y_.size(); ++p) {
      double const point = shrink * residual_[p];
      sum += point * y_[p] - point * point / 2;
    }
    return sum;
  }

  // The norm of a place's column is at most its scale, since motifs have unit norm.
  void rule_out() {
    double const radius = std::sqrt(2 * std::max(gap_, 0.0));
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      for (std::size_t s = 0; s < products_[w].size(); ++s) {
        if (!is_open_[w][s] || shrink_ * products_[w][s] + radius * scales_[w][s] >= penalty_) continue;
        is_open_[w][s] = 0;
        --open_;
      }
    }
  }

  // Places that break the condition most and more than their neighbours enter; false: none breaks it.
  bool grow() {
    std::vector<std::pair<double, std::pair<std::size_t, std::size_t>>> breaking;
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      auto const& products = products_[w];
      for (std::size_t s = 0; s < products.size(); ++s) {
        if (!is_open_[w][s] || products[s] <= penalty_ * (1 + 1e-9) || is_active(w, s)) continue;
        bool const is_peak = (s == 0 || !is_open_[w][s - 1] || products[s - 1] <= products[s]) &&
                             (s + 1 == products.size() || !is_open_[w][s + 1] || products[s + 1] <= products[s]);
        breaking.push_back({is_peak ? products[s] : products[s] * 1e-3, {w, s}});
      }
    }
    std::size_t const count = std::min(breaking.size(), std::max(first_places, active_.size()));
    std::partial_sort(
        breaking.begin(), breaking.begin() + static_cast<std::ptrdiff_t>(count), breaking.end(),
        [](auto const& a, auto const& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    for (std::size_t i = 0; i < count; ++i) enter(breaking[i].second.first, breaking[i].second.second);
    return count > 0;
  }

  bool is_active(std::size_t window, std::size_t start) const {
    return std::ranges::any_of(active_, [&](PlacedColumn const& column) {
      return column.window == window && column.start == static_cast<std::int64_t>(start);
    });
  }

  void enter(std::size_t window, std::size_t start) {
    PlacedColumn column{.window = window, .start = static_cast<std::int64_t>(start), .values = {}};
    for (std::int64_t i = 0; i < windows_[window].width(); ++i) {
      column.values.push_back(scales_[window][start] * windows_[window].weight(i, codes_[start + at(i)]));
    }
    column.square = squares(column.values);
    active_.push_back(std::move(column));
  }

  // Coordinate descent until the gap of the problem that has the active places alone is at most `tolerance`.
  void descend(double tolerance) {
    for (std::int64_t sweep = 1; sweep <= most_sweeps; ++sweep) {
      double largest = 0;
      for (PlacedColumn& column : active_) largest = std::max(largest, step(column));
      if (sweep % 8 != 0) continue;
      double const shrink = largest > penalty_ ? penalty_ / largest : 1;
      if (objective() - dual(shrink) <= tolerance) break;
    }
    std::erase_if(active_, [](PlacedColumn const& column) { return column.coefficient == 0; });
  }

  // Moves one coefficient to its minimum; the product of its column and the residual before that.
  double step(PlacedColumn& column) {
    double* const residual = residual_.data() + column.start;
    double product = 0;
    for (std::size_t i = 0; i < column.values.size(); ++i) product += column.values[i] * residual[i];
    double const moved = std::max(0.0, column.coefficient + (product - penalty_) / column.square);
    double const change = moved - column.coefficient;
    if (change != 0) {
      for (std::size_t i = 0; i < column.values.size(); ++i) residual[i] -= change * column.values[i];
      column.coefficient = moved;
    }
    return product;
  }

  SparseFit result() {
    SparseFit made;
    for (PlacedColumn const& column : active_) {
      if (column.coefficient > 0) made.placements.push_back({column.window, column.start, column.coefficient});
    }
    std::ranges::sort(made.placements, {}, [](Placement const& each) { return std::pair{each.window, each.start}; });
    made.residual = std::move(residual_);
    made.objective = objective_;
    made.gap = gap_;
    made.passes = passes_;
    return made;
  }

  std::vector<MotifWindows> const& windows_;
  std::span<std::uint8_t const> codes_;
  std::span<double const> y_;
  double penalty_, tolerance_;
  std::vector<double> residual_;
  BaseTracks tracks_;
  std::vector<std::vector<double>> scales_, products_;  // [windows][places]
  std::vector<std::vector<char>> is_open_;
  std::int64_t open_ = 0, all_ = 0, passes_ = 0;
  double shrink_ = 1, objective_ = 0, gap_ = 0;
  std::vector<PlacedColumn> active_;
};

}  // namespace

SparseFit fit_sparse(std::vector<MotifWindows> const& windows, std::span<std::uint8_t const> codes,
                     std::span<double const> y, double penalty, double tolerance) {
  return Fit(windows, codes, y, penalty, tolerance).run();
}

}  // namespace shoal::motif
