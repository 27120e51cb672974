// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "base/index.hpp"
#include "surrogate/math/parallel_jobs.hpp"
#include "surrogate/ridge/lambda_scores.hpp"

namespace shoal::surrogate {

namespace {

// Eigenvalues s of the centred Gram matrix, and its eigenvectors as fits: predicting with fit i gives the centred rows'
// coordinate q_i.
struct Spectrum {
  std::vector<double> values;
  std::vector<ContrastFit> axes;
};

Spectrum decompose(ContrastDesign const& design) {
  std::int64_t const size = design.features();
  device::Buffer<double> matrix(design.backend(), at(size * size));
  device::Buffer<double> values(design.backend(), at(size));
  design.normal_matrix(-1, 0.0, {matrix.data(), size, size, size});
  dispatch(design.backend(), [&](auto const& space) {
    linalg::symmetric_eigen(space, {matrix.data(), size, size, size}, values.data());
  });
  Spectrum spectrum{values.to_host(), {}};
  // A Gram matrix has no negative eigenvalues but by rounding.
  for (double& value : spectrum.values) value = std::max(value, 0.0);
  std::vector<double> const vectors = matrix.to_host();
  std::vector<double> const means = design.contrast_means(-1);
  for (std::int64_t i = 0; i < size; ++i) {
    std::vector<double> axis(vectors.begin() + i * size, vectors.begin() + (i + 1) * size);
    double offset = 0;
    for (std::size_t j = 0; j < axis.size(); ++j) offset -= means[j] * axis[j];
    spectrum.axes.push_back({offset, std::move(axis)});
  }
  return spectrum;
}

// [tasks][features]: the right-hand sides in eigenvectors.
std::vector<std::vector<double>> rotate(ContrastDesign const& design, Spectrum const& spectrum) {
  std::vector<double> const sides = design.right_sides(-1);
  std::vector<std::vector<double>> rotated(at(design.tasks()));
  for (std::int64_t task = 0; task < design.tasks(); ++task) {
    for (ContrastFit const& axis : spectrum.axes) {
      double sum = 0;
      for (std::size_t j = 0; j < axis.coefficients.size(); ++j) {
        sum += axis.coefficients[j] * sides[at(task * design.features()) + j];
      }
      rotated[at(task)].push_back(sum);
    }
  }
  return rotated;
}

// Sums of squared residuals over the training rows, plain and divided by 1 - leverage.
struct ResidualSums {
  double plain = 0;
  double left_out = 0;
};

using Sums = std::vector<std::vector<ResidualSums>>;  // [tasks][lambdas]

// Row by row for one lambda and task: `coordinates` [rows, features] of the rows from rows.begin on.
void add_residuals(ContrastDesign const& design, std::vector<double> const& coordinates, kernels::RowRange rows,
                   std::int64_t task, double response_mean, std::vector<double> const& shrinkage,
                   std::vector<double> const& rotated, ResidualSums& sums) {
  std::int64_t const size = design.features();
  for (std::int64_t row = 0; row < rows.size(); ++row) {
    double const* const q = coordinates.data() + row * size;
    double predicted = response_mean;
    double leverage = 1.0 / static_cast<double>(design.rows(-1));
    for (std::int64_t i = 0; i < size; ++i) {
      double const shrunk = q[i] * shrinkage[at(i)];
      predicted += shrunk * rotated[at(i)];
      leverage += shrunk * q[i];
    }
    double const residual = design.responses().data[(rows.begin + row) * design.responses().stride + task] - predicted;
    double const left_out = residual / (1.0 - leverage);
    sums.plain += residual * residual;
    sums.left_out += left_out * left_out;
  }
}

// Over all training rows. `shrinkage` [lambdas][features] is 1 / (s + lambda).
Sums residual_sums(ContrastDesign const& design, Spectrum const& spectrum,
                   std::vector<std::vector<double>> const& shrinkage) {
  constexpr std::int64_t rows_at_once = 1024;
  std::vector<std::vector<double>> const rotated = rotate(design, spectrum);
  std::vector<double> const means = design.response_means(-1);
  std::int64_t const tiles = (design.rows(-1) + rows_at_once - 1) / rows_at_once;
  Sums const none(at(design.tasks()), std::vector<ResidualSums>(shrinkage.size()));
  std::vector<Sums> tile_sums(at(tiles), none);
  parallel_jobs(design.backend(), static_cast<int>(tiles), [&](int tile) {
    kernels::RowRange const range{tile * rows_at_once, std::min((tile + 1) * rows_at_once, design.rows(-1))};
    std::vector<double> const coordinates = design.predict(range, spectrum.axes);
    for (std::size_t task = 0; task < none.size(); ++task) {
      for (std::size_t choice = 0; choice < shrinkage.size(); ++choice) {
        add_residuals(design, coordinates, range, static_cast<std::int64_t>(task), means[task], shrinkage[choice],
                      rotated[task], tile_sums[at(tile)][task][choice]);
      }
    }
  });
  Sums sums = none;
  // Tiles are fixed and added in order, so the number of threads does not show.
  for (Sums const& tile : tile_sums) {
    for (std::size_t task = 0; task < sums.size(); ++task) {
      for (std::size_t choice = 0; choice < shrinkage.size(); ++choice) {
        sums[task][choice].plain += tile[task][choice].plain;
        sums[task][choice].left_out += tile[task][choice].left_out;
      }
    }
  }
  return sums;
}

}  // namespace

std::vector<std::vector<double>> spectral_scores(ContrastDesign const& design, LambdaSelection selection,
                                                 std::vector<double> const& lambdas) {
  Spectrum const spectrum = decompose(design);
  std::vector<std::vector<double>> shrinkage(lambdas.size());
  std::vector<double> freedom(lambdas.size(), 1.0);
  for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
    for (double const value : spectrum.values) {
      shrinkage[choice].push_back(1.0 / (value + lambdas[choice]));
      freedom[choice] += value / (value + lambdas[choice]);
    }
  }
  auto const rows = static_cast<double>(design.rows(-1));
  Sums const sums = residual_sums(design, spectrum, shrinkage);
  std::vector<std::vector<double>> scores(sums.size());
  for (std::size_t task = 0; task < sums.size(); ++task) {
    for (std::size_t choice = 0; choice < lambdas.size(); ++choice) {
      double const unused = 1.0 - freedom[choice] / rows;
      scores[task].push_back(selection == LambdaSelection::loo ? sums[task][choice].left_out / rows
                                                               : sums[task][choice].plain / rows / (unused * unused));
    }
  }
  return scores;
}

}  // namespace shoal::surrogate
