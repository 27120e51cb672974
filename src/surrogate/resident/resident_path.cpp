// SPDX-License-Identifier: MIT
// All folds and penalties of an additive ridge in Krylov spaces (kernels/library/ridge_path.hpp).
#include <algorithm>
#include <cmath>
#include <utility>

#include "surrogate/metrics/fit_metrics.hpp"
#include "surrogate/resident/krylov_path.hpp"
#include "surrogate/resident/resident_predictor.hpp"
#include "surrogate/resident/resident_ridge.hpp"

namespace shoal::surrogate {

namespace {

using kernels::RowRange;

constexpr std::int64_t most_basis_bytes = std::int64_t{1} << 30;

// The estimate for one fold: a random library's eigenvalues spread about their mean as those of noise do (Marchenko and
// Pastur), and twice as far by the correlation of a position's own contrasts, as in ridge_solve.cpp.
double expected_steps(ContrastDesign const& design, int fold, double lambda) {
  constexpr double own_spread = 2;
  auto const rows = static_cast<double>(design.rows(fold));
  auto const size = static_cast<double>(design.features());
  double trace = 0;
  for (double const mean : design.contrast_means(fold)) trace += rows * mean * (1 - mean);
  double const noise = std::sqrt(size / rows);
  double const lowest = noise < 1 ? trace / size * (1 - noise) * (1 - noise) / own_spread : 0;
  return expected_krylov_steps(lowest, trace / size * (1 + noise) * (1 + noise) * own_spread, lambda);
}

class FoldPath {
 public:
  FoldPath(ContrastDesign const& design, std::vector<double> const& lambdas, int steps)
      : design_(design), lambdas_(lambdas), folds_(static_cast<std::int64_t>(design.blocks().size())) {
    std::int64_t const size = design.features();
    std::int64_t const systems = folds_ * design.tasks();
    matrices_ = device::Buffer<double>(design.backend(), at(folds_ * size * size));
    basis_ = device::Buffer<double>(design.backend(), at((steps + 1) * systems * size));
    projected_ = device::Buffer<double>(design.backend(), at(systems * steps * 2));
    spaces_ = {.size = size,
               .groups = folds_,
               .per_group = design.tasks(),
               .most_steps = steps,
               .matrices = matrices_.data(),
               .basis = basis_.data(),
               .projected = projected_.data()};
    fill_matrices();
    start();
  }

  // Runs `first` steps, or all if these do not solve every system at every lambda; false when all do not.
  bool solve(int first) {
    int done = 0;
    for (int const steps : {first, spaces_.most_steps}) {
      dispatch(design_.backend(), [&](auto const& space) {
        for (; done < steps; ++done) kernels::krylov_step(space, spaces_, done);
      });
      if (take_weights(projected_.to_host(), steps)) return true;
    }
    return false;
  }

  // [folds, tasks, lambdas]: sums of squared residuals on the fold that was left out.
  std::vector<double> residual_squares() {
    device::Backend const& backend = design_.backend();
    auto const choices = static_cast<std::int64_t>(lambdas_.size());
    std::int64_t const columns = design_.tasks() * choices;
    device::Buffer<double> const weights(backend, std::span<double const>(weights_));
    device::Buffer<double> coefficients(backend, at(folds_ * columns * spaces_.size));
    device::Buffer<double> moments(backend, at(folds_ * columns * kernels::moments_per_column));
    dispatch(backend, [&](auto const& space) {
      kernels::krylov_solutions(space, spaces_, steps_, choices, weights.data(), coefficients.data());
    });
    std::int64_t most_rows = 0;
    for (RowRange const rows : design_.blocks()) most_rows = std::max(most_rows, rows.size());
    ResidentPredictor predictor(design_, columns, most_rows);
    auto const [means, constants] = offsets(at(choices));
    for (std::int64_t fold = 0; fold < folds_; ++fold) {
      predictor.take(coefficients.data() + fold * columns * spaces_.size, means.data() + fold * spaces_.size,
                     constants.data() + fold * columns);
      predictor.compare(design_.blocks()[at(fold)], choices,
                        moments.data() + fold * columns * kernels::moments_per_column);
    }
    std::vector<double> const all = moments.to_host();
    std::vector<double> squares;
    for (std::size_t i = 0; i < all.size(); i += kernels::moments_per_column) squares.push_back(all[i]);
    return squares;
  }

 private:
  // The weights of so many vectors, where they solve every system at every lambda.
  bool take_weights(std::vector<double> const& projected, int steps) {
    steps_ = steps;
    weights_.clear();
    for (std::size_t system = 0; system < norms_.size(); ++system) {
      auto const own = std::span(projected).subspan(at(2 * spaces_.most_steps) * system, at(2 * steps));
      for (double const lambda : lambdas_) {
        auto const found = krylov_weights(own, at(spaces_.size), norms_[system], lambda);
        if (!found) return false;
        weights_.insert(weights_.end(), found->begin(), found->end());
      }
    }
    return true;
  }

  // Of all folds, on the backend: means of the contrasts [folds, features] and constants [folds, tasks, lambdas].
  std::pair<device::Buffer<double>, device::Buffer<double>> offsets(std::size_t choices) const {
    std::vector<double> means;
    std::vector<double> constants;
    for (std::int64_t fold = 0; fold < folds_; ++fold) {
      std::vector<double> const own_means = design_.contrast_means(static_cast<int>(fold));
      std::vector<double> const own_constants = centred_means(design_, static_cast<int>(fold), choices);
      means.insert(means.end(), own_means.begin(), own_means.end());
      constants.insert(constants.end(), own_constants.begin(), own_constants.end());
    }
    device::Backend const& backend = design_.backend();
    return {device::Buffer<double>(backend, std::span<double const>(means)),
            device::Buffer<double>(backend, std::span<double const>(constants))};
  }

  void fill_matrices() {
    std::int64_t const size = spaces_.size;
    for (std::int64_t fold = 0; fold < folds_; ++fold) {
      design_.normal_matrix(static_cast<int>(fold), 0.0, {matrices_.data() + fold * size * size, size, size, size});
    }
    dispatch(design_.backend(),
             [&](auto const& space) { kernels::mirror_lower(space, matrices_.data(), folds_, size); });
  }

  // First vectors: the right-hand sides, of unit length.
  void start() {
    std::vector<double> vectors;
    for (std::int64_t fold = 0; fold < folds_; ++fold) {
      std::vector<double> const sides = design_.right_sides(static_cast<int>(fold));
      for (std::int64_t task = 0; task < design_.tasks(); ++task) {
        auto const side = std::span(sides).subspan(at(task * spaces_.size), at(spaces_.size));
        double squares = 0;
        for (double const value : side) squares += value * value;
        norms_.push_back(std::sqrt(squares));
        for (double const value : side) vectors.push_back(norms_.back() > 0 ? value / norms_.back() : 0.0);
      }
    }
    basis_.copy_from(vectors);
  }

  ContrastDesign const& design_;
  std::vector<double> const& lambdas_;
  std::int64_t folds_;
  device::Buffer<double> matrices_;
  device::Buffer<double> basis_;
  device::Buffer<double> projected_;
  kernels::KrylovSpaces spaces_;
  int steps_ = 0;
  std::vector<double> norms_;    // [folds, tasks] of the right-hand sides
  std::vector<double> weights_;  // [folds, tasks, lambdas, steps]
};

}  // namespace

std::optional<std::vector<std::vector<double>>> resident_kfold_scores(ContrastDesign const& design,
                                                                      std::vector<double> const& lambdas) {
  double const least = *std::min_element(lambdas.begin(), lambdas.end());
  // Krylov spaces do not notice that a matrix is singular; factors do, and refuse it.
  if (!(least > 0)) return std::nullopt;
  auto const folds = static_cast<int>(design.blocks().size());
  double expected = 0;
  for (int fold = 0; fold < folds; ++fold) expected = std::max(expected, expected_steps(design, fold, least));
  // The estimate has no guarantee: half as many again are allowed.
  auto const size = static_cast<double>(design.features());
  double const wanted = std::min(1.5 * expected + 8, size);
  std::int64_t const basis = std::int64_t{folds} * design.tasks() * design.features() * std::int64_t{sizeof(double)};
  if (!(wanted <= kernels::most_krylov_steps) || (wanted + 1) * static_cast<double>(basis) > most_basis_bytes) {
    return std::nullopt;
  }
  FoldPath path(design, lambdas, static_cast<int>(wanted));
  if (!path.solve(static_cast<int>(std::min(expected + 2, size)))) return std::nullopt;
  std::vector<double> const squares = path.residual_squares();
  std::vector<std::vector<double>> scores(at(design.tasks()), std::vector<double>(lambdas.size(), 0.0));
  for (std::size_t fold = 0; fold < at(folds); ++fold) {
    RowRange const rows = design.blocks()[fold];
    std::int64_t const stride = design.responses().stride;
    for (std::size_t task = 0; task < scores.size(); ++task) {
      double const* const observed = design.responses().data + rows.begin * stride + task;
      double const total = deviation_squares({observed, rows.size(), stride});
      for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
        double const residual = squares[(fold * scores.size() + task) * lambdas.size() + choice];
        scores[task][choice] += fold_score(residual, total) / folds;
      }
    }
  }
  return scores;
}

}  // namespace shoal::surrogate
