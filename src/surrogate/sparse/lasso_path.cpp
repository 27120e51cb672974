// SPDX-License-Identifier: MIT
// The lasso's path by homotopy (Osborne, Presnell and Turlach 2000; Efron et al. 2004): between two points at which a
// letter enters or leaves, effects are linear in the penalty.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "surrogate/sparse/one_hot_sums.hpp"
#include "surrogate/sparse/sparse_fit.hpp"

namespace shoal::surrogate {

namespace {

// Solves Gram(active, active) x = right; false when the letters are not independent.
bool solve_active(OneHotSums const& sums, std::vector<std::int64_t> const& active, std::vector<double>& right) {
  auto const size = static_cast<std::int64_t>(active.size());
  std::vector<double> matrix(size * size);
  for (std::int64_t i = 0; i < size; ++i) {
    for (std::int64_t j = 0; j < size; ++j) matrix[i * size + j] = sums.gram(active[i], active[j]);
  }
  try {
    linalg::cholesky_factor(kernels::CpuSpace{1}, {matrix.data(), size, size, size});
  } catch (Error const&) {
    return false;
  }
  for (std::int64_t i = 0; i < size; ++i) {
    double const pivot = matrix[i * size + i];
    if (!(pivot * pivot > 1e-10 * sums.gram(active[i], active[i]))) return false;
  }
  linalg::cholesky_solve(kernels::CpuSpace{1}, {matrix.data(), size, size, size}, {right.data(), 1, size, size});
  return true;
}

// Letters of a position depend on one another, so two may reach the penalty at once, and rounding must not choose. The
// first one enters, and then the next at the same penalty if it can add anything.
class Path {
 public:
  explicit Path(OneHotSums const& sums)
      : sums_(sums), effects_(sums.size, 0.0), pulls_(sums.sides), state_(sums.size, State::out) {
    for (std::int64_t i = 0; i < sums.size; ++i) {
      if (sums.gram(i, i) == 0) state_[i] = State::never;
      if (state_[i] == State::out) penalty_ = std::max(penalty_, std::abs(pulls_[i]));
    }
    for (std::int64_t i = sums.size; i-- > 0;) {
      if (state_[i] == State::out && std::abs(pulls_[i]) >= penalty_ * (1 - same)) entering_ = i;
    }
  }

  std::vector<std::int64_t> const& active() const { return active_; }
  double penalty() const { return penalty_; }

  // To the next point of the path; false at its end.
  bool advance() {
    std::vector<double> const direction = next_direction();
    if (direction.empty()) return false;
    std::vector<double> slopes(sums_.size, 0.0);
    for (std::size_t k = 0; k < active_.size(); ++k) {
      double const* const column = sums_.matrix.data() + active_[k] * sums_.size;
      for (std::int64_t i = 0; i < sums_.size; ++i) slopes[i] += direction[k] * column[i];
    }
    double const step = find_step(direction, slopes);
    for (std::size_t k = 0; k < active_.size(); ++k) effects_[active_[k]] += step * direction[k];
    for (std::int64_t i = 0; i < sums_.size; ++i) pulls_[i] -= step * slopes[i];
    penalty_ -= step;
    if (leaving_ >= 0) leave();
    return true;
  }

 private:
  enum class State { out, in, dependent, never };
  static constexpr double same = 1e-10;  // shares of the penalty that are one and the same

  // How the active effects change as the penalty falls by 1, the entering letter among them; empty at the path's end.
  std::vector<double> next_direction() {
    constexpr double end = 1e-12;
    if (entering_ >= 0) {
      active_.push_back(entering_);
      state_[entering_] = State::in;
    }
    if (active_.empty() || penalty_ <= end * std::sqrt(sums_.squares)) return {};
    std::vector<double> direction = signs();
    if (solve_active(sums_, active_, direction)) return direction;
    // The letter is a combination of those that are in; while they are in, it can add nothing.
    state_[active_.back()] = State::dependent;
    active_.pop_back();
    direction = signs();
    return solve_active(sums_, active_, direction) ? direction : std::vector<double>{};
  }

  void leave() {
    effects_[leaving_] = 0;
    active_.erase(std::find(active_.begin(), active_.end(), leaving_));
    state_[leaving_] = State::out;
    for (State& state : state_) {
      if (state == State::dependent) state = State::out;
    }
  }

  std::vector<double> signs() const {
    std::vector<double> found;
    for (std::int64_t const i : active_) found.push_back(pulls_[i] > 0 ? 1.0 : -1.0);
    return found;
  }

  // How far the penalty falls until a letter enters or leaves, and which.
  double find_step(std::vector<double> const& direction, std::vector<double> const& slopes) {
    double step = penalty_;
    entering_ = -1;
    std::int64_t const left = leaving_;  // its reach is 0 now
    leaving_ = -1;
    std::vector<double> const reaches = reaches_of(slopes, left);
    for (double const reach : reaches) step = std::min(step, reach);
    for (std::int64_t i = sums_.size; i-- > 0;) {
      if (reaches[i] < penalty_ && reaches[i] <= step + same * penalty_) entering_ = i;
    }
    for (std::size_t k = 0; k < active_.size(); ++k) {
      double const reach = -effects_[active_[k]] / direction[k];
      if (reach > 0 && reach < step) {
        step = reach;
        entering_ = -1;
        leaving_ = active_[k];
      }
    }
    return step;
  }

  // How far the penalty falls until each letter's pull is as large; infinite where it never is.
  std::vector<double> reaches_of(std::vector<double> const& slopes, std::int64_t left) const {
    constexpr double least = 1e-9;  // a letter that depends on the active ones keeps its distance, apart from rounding
    std::vector<double> reaches(sums_.size, std::numeric_limits<double>::infinity());
    for (std::int64_t i = 0; i < sums_.size; ++i) {
      if (state_[i] != State::out || i == left) continue;
      for (double const sign : {1.0, -1.0}) {
        double const closing = 1.0 - sign * slopes[i];
        double const distance = penalty_ - sign * pulls_[i];
        if (closing <= least || distance < -same * penalty_) continue;
        reaches[i] = std::min(reaches[i], std::max(distance, 0.0) / closing);
      }
    }
    return reaches;
  }

  OneHotSums const& sums_;
  std::vector<double> effects_;
  std::vector<double> pulls_;  // X^T (y - X effects)
  std::vector<State> state_;
  std::vector<std::int64_t> active_;
  double penalty_ = 0;
  std::int64_t entering_ = -1;
  std::int64_t leaving_ = -1;
};

}  // namespace

SparseFit fit_sparse(Observations const& observations, kernels::RowRange rows, std::int64_t task, std::int64_t count) {
  validate(observations);
  if (count < 1) fail(ErrorCode::config, fmt::format("a sparse surrogate of {} letters: give at least 1", count));
  OneHotSums const sums(observations, rows, task);
  SparseFit found;
  Path path(sums);
  do {
    if (!path.advance()) {
      fail(ErrorCode::config, fmt::format("no point of the lasso's path has exactly {} letters: give fewer", count));
    }
    ++found.sweeps;
  } while (static_cast<std::int64_t>(path.active().size()) != count);
  std::vector<std::int64_t> const letters = path.active();
  std::vector<double> solution;
  for (std::int64_t const letter : letters) solution.push_back(sums.sides[letter]);
  if (!solve_active(sums, letters, solution)) {
    fail(ErrorCode::numeric, fmt::format("the first {} letters of the lasso's path are not independent", count));
  }
  std::vector<double> effects(sums.size, 0.0);
  for (std::size_t k = 0; k < letters.size(); ++k) effects[letters[k]] = solution[k];
  found.parameters = sums.parameters(effects);
  found.nonzero = count;
  found.alpha = path.penalty() / sums.total;
  return found;
}

}  // namespace shoal::surrogate
