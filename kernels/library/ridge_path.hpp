// SPDX-License-Identifier: MIT
// Additive ridge regressions at many penalties at once, in the memory of a backend: Krylov spaces of centred Gram
// matrices, the solutions of every penalty in them, and how well those predict. (A + lambda I) x = b has the same
// Krylov space for every lambda, so products with A are shared by the whole list of lambdas (Lanczos' method; Paige and
// Saunders, 1975). Sums have an order that depends on the shapes alone: same bits in both spaces.
#pragma once

#include "kernels/library/gram.hpp"
#include "kernels/library/packed.hpp"

namespace shoal::kernels {

// values [mutants, tasks + 1]: scores [mutants, tasks] minus centres [tasks], and a column of ones.
void centre_scores(CpuSpace const& space, float const* scores, std::int64_t mutants, double const* centres,
                   MatrixView<double> values);
void centre_scores(CudaSpace const& space, float const* scores, std::int64_t mutants, double const* centres,
                   MatrixView<double> values);

// Writes the entries above the diagonal of `count` symmetric matrices [count, size, size].
void mirror_lower(CpuSpace const& space, double* matrices, std::int64_t count, std::int64_t size);
void mirror_lower(CudaSpace const& space, double* matrices, std::int64_t count, std::int64_t size);

// Lanczos' method on several systems, of which each has a matrix of its group (a fold) and a first vector (a task).
// Plain view, all in the space's memory.
struct KrylovSpaces {
  std::int64_t size = 0;             // rows of a matrix
  std::int64_t groups = 0;           // matrices
  std::int64_t per_group = 0;        // systems with one matrix, one after the other
  int most_steps = 0;                // no more than most_krylov_steps
  double const* matrices = nullptr;  // [groups, size, size], symmetric, both triangles
  double* basis = nullptr;           // [most_steps + 1, systems, size]: orthonormal vectors
  double* projected = nullptr;       // [systems, most_steps, 2]: the diagonal of the projected matrix, and below it

  SHOAL_HOST_DEVICE std::int64_t systems() const { return groups * per_group; }
  SHOAL_HOST_DEVICE double* vector(int step, std::int64_t system) const {
    return basis + (step * systems() + system) * size;
  }
};

inline constexpr int most_krylov_steps = 320;

// Step number `step` of all systems: the image of vector `step` is made orthogonal, twice, to the vectors up to it, and
// scaled to length 1 it is vector step + 1. A vector that is 0 but for rounding (1e-15 of the image) becomes 0, with 0
// below the diagonal: the space is complete.
void krylov_step(CpuSpace const& space, KrylovSpaces const& spaces, int step);
void krylov_step(CudaSpace const& space, KrylovSpaces const& spaces, int step);

// coefficients [systems, choices, size]: sum over `steps` vectors k of weights(system, choice, k) vector k; weights
// [systems, choices, steps].
void krylov_solutions(CpuSpace const& space, KrylovSpaces const& spaces, int steps, std::int64_t choices,
                      double const* weights, double* coefficients);
void krylov_solutions(CudaSpace const& space, KrylovSpaces const& spaces, int steps, std::int64_t choices,
                      double const* weights, double* coefficients);

// What predict_additive takes, from coefficients of contrasts [columns, 3 count]: effects [3 length, columns], where
// only the rows of the listed positions are written, and offsets(c) = constants(c) - sum of means(i) coefficients(c,
// i).
void contrast_effects(CpuSpace const& space, MatrixView<double const> coefficients, double const* means,
                      double const* constants, std::int32_t const* positions, MatrixView<double> effects,
                      double* offsets);
void contrast_effects(CudaSpace const& space, MatrixView<double const> coefficients, double const* means,
                      double const* constants, std::int32_t const* positions, MatrixView<double> effects,
                      double* offsets);

// Numbers of pair_moments per column.
inline constexpr int moments_per_column = 3;

// moments [columns, 3]: with y = observed(r, c / columns_per_observed) and p = predicted(r, c), both [rows, …]: the
// sums over rows of (y - p)², of (p - mean p)², and of (y - mean y)(p - mean p).
void pair_moments(CpuSpace const& space, MatrixView<double const> observed, std::int64_t columns_per_observed,
                  MatrixView<double const> predicted, double* moments);
void pair_moments(CudaSpace const& space, MatrixView<double const> observed, std::int64_t columns_per_observed,
                  MatrixView<double const> predicted, double* moments);

// sum [1] = the sum of the squares of the entries with column <= row; row_sums [rows] is working memory.
void lower_squares(CpuSpace const& space, MatrixView<double const> matrix, double* row_sums, double* sum);
void lower_squares(CudaSpace const& space, MatrixView<double const> matrix, double* row_sums, double* sum);

}  // namespace shoal::kernels
