// SPDX-License-Identifier: MIT
#include "surrogate/ridge/contrast_design.hpp"

#include <utility>

#include "base/index.hpp"
#include "kernels/library/ridge_path.hpp"
#include "surrogate/metrics/fit_metrics.hpp"

namespace shoal::surrogate {

namespace {

using kernels::RowRange;

// Effect of a difference d = 1, 2, 3 from the reference: the sum of the coefficients whose contrast bit d sets.
double effect(double const* coefficients, int difference) {
  switch (difference) {
    case 1:
      return coefficients[0] + coefficients[2];
    case 2:
      return coefficients[1] + coefficients[2];
    case 3:
      return coefficients[0] + coefficients[1];
    default:
      return 0.0;
  }
}

double half_sum(double const* coefficients) {
  return 0.5 * (coefficients[0] + coefficients[1] + coefficients[2]);
}

}  // namespace

ContrastDesign::ContrastDesign(device::Backend const& backend, kernels::PackedView library, float const* scores,
                               kernels::MatrixView<double const> responses, std::vector<RowRange> blocks)
    : backend_(&backend), library_(library), responses_(responses), blocks_(std::move(blocks)) {
  expect(responses.rows == library.mutants, "a design needs one response a mutant");
  reference_.resize(at(kernels::words_per_row(library.length)));
  backend.copy_to_host(reference_.data(), library.words, reference_.size() * sizeof(std::uint64_t));
  for (std::int64_t task = 0; task < tasks(); ++task) {
    centres_.push_back(mean({responses.data + task, blocks_.back().end, responses.stride}));
  }
  device::Buffer<double> const centres(backend, std::span<double const>(centres_));
  centred_ = device::Buffer<double>(backend, at(library.mutants * (tasks() + 1)));
  dispatch(backend, [&](auto const& space) {
    kernels::centre_scores(space, scores, library.mutants, centres.data(),
                           {centred_.data(), library.mutants, tasks() + 1, tasks() + 1});
  });
  find_positions();
  take_sums();
  sum_responses();
}

void ContrastDesign::find_positions() {
  device::Buffer<std::uint64_t> differences(*backend_, reference_.size());
  dispatch(*backend_, [&](auto const& space) {
    kernels::library_differences(space, library_, blocks_.back().end, differences.data());
  });
  std::vector<std::uint64_t> const bits = differences.to_host();
  for (std::int32_t position = 0; position < library_.length; ++position) {
    if (kernels::packed_code(bits.data(), position) != 0) positions_.push_back(position);
  }
}

void ContrastDesign::take_sums() {
  std::int64_t const size = features();
  std::int64_t const columns = tasks() + 1;
  grams_ = device::Buffer<std::int32_t>(*backend_, blocks_.size() * at(size * size));
  positions_on_backend_ = device::Buffer<std::int32_t>(*backend_, std::span<std::int32_t const>(positions_));
  device::Buffer<double> products(*backend_, blocks_.size() * at(size * columns));
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    RowRange const rows = blocks_[block];
    std::int64_t const words = kernels::words_per_plane(rows.size());
    device::Buffer<std::uint64_t> planes(*backend_, at(size * words));
    dispatch(*backend_, [&](auto const& space) {
      kernels::contrast_planes(space, library_, rows, positions(), static_cast<std::int32_t>(positions_.size()),
                               {planes.data(), size, words, words});
      kernels::MatrixView<std::uint64_t const> const bits{planes.data(), size, words, words};
      std::int32_t* const gram = grams_.data() + static_cast<std::int64_t>(block) * size * size;
      kernels::contrast_gram(space, bits, {gram, size, size, size});
      kernels::contrast_products(
          space, bits, {centred_.data() + rows.begin * columns, rows.size(), columns, columns},
          {products.data() + static_cast<std::int64_t>(block) * size * columns, size, columns, columns});
    });
  }
  std::vector<double> const all = products.to_host();
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    auto const begin = all.begin() + static_cast<std::int64_t>(block) * size * columns;
    products_.emplace_back(begin, begin + size * columns);
  }
}

void ContrastDesign::sum_responses() {
  for (RowRange const rows : blocks_) {
    std::vector<double>& sums = response_sums_.emplace_back(at(tasks()), 0.0);
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      for (std::int64_t task = 0; task < tasks(); ++task) {
        sums[at(task)] += responses_.data[row * responses_.stride + task] - centres_[at(task)];
      }
    }
  }
}

std::int64_t ContrastDesign::rows(int left_out) const {
  std::int64_t const all = blocks_.back().end;
  return left_out < 0 ? all : all - blocks_[static_cast<std::size_t>(left_out)].size();
}

void ContrastDesign::normal_matrix(int left_out, double lambda, linalg::Matrix matrix) const {
  dispatch(*backend_, [&](auto const& space) {
    kernels::normal_matrix(space, grams_.data(), static_cast<int>(blocks_.size()), left_out, rows(left_out), lambda,
                           matrix);
  });
}

std::vector<double> ContrastDesign::contrast_means(int left_out) const {
  std::vector<double> means(at(features()), 0.0);
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    if (static_cast<int>(block) == left_out) continue;
    for (std::int64_t i = 0; i < features(); ++i) means[at(i)] += products_[block][at(i * (tasks() + 1) + tasks())];
  }
  for (double& value : means) value /= static_cast<double>(rows(left_out));
  return means;
}

std::vector<double> ContrastDesign::response_means(int left_out) const {
  std::vector<double> means(at(tasks()), 0.0);
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    if (static_cast<int>(block) == left_out) continue;
    for (std::int64_t task = 0; task < tasks(); ++task) means[at(task)] += response_sums_[block][at(task)];
  }
  for (std::int64_t task = 0; task < tasks(); ++task) {
    means[at(task)] = centres_[at(task)] + means[at(task)] / static_cast<double>(rows(left_out));
  }
  return means;
}

std::vector<double> ContrastDesign::right_sides(int left_out) const {
  std::vector<double> const means = response_means(left_out);
  std::vector<double> sides(at(tasks() * features()), 0.0);
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    if (static_cast<int>(block) == left_out) continue;
    for (std::int64_t i = 0; i < features(); ++i) {
      double const* const product = products_[block].data() + i * (tasks() + 1);
      for (std::int64_t task = 0; task < tasks(); ++task) {
        // The responses of these rows have the mean `means`; the products were computed about `centres_`.
        double const shift = means[at(task)] - centres_[at(task)];
        sides[at(task * features() + i)] += product[task] - product[tasks()] * shift;
      }
    }
  }
  return sides;
}

std::vector<double> ContrastDesign::predict(RowRange rows, std::vector<ContrastFit> const& fits) const {
  auto const columns = static_cast<std::int64_t>(fits.size());
  std::int64_t const table_rows = 3 * std::int64_t{library_.length};
  std::vector<double> table(at(table_rows * columns), 0.0);
  std::vector<double> offsets;
  for (std::int64_t column = 0; column < columns; ++column) {
    offsets.push_back(fits[at(column)].offset);
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      double const* const coefficients = fits[at(column)].coefficients.data() + 3 * i;
      for (int difference = 1; difference <= 3; ++difference) {
        table[at((3 * std::int64_t{positions_[i]} + difference - 1) * columns + column)] =
            effect(coefficients, difference);
      }
    }
  }
  device::Buffer<double> const effects(*backend_, std::span<double const>(table));
  device::Buffer<double> const constants(*backend_, std::span<double const>(offsets));
  device::Buffer<double> predictions(*backend_, at(rows.size() * columns));
  dispatch(*backend_, [&](auto const& space) {
    kernels::predict_additive(space, library_, rows, {effects.data(), table_rows, columns, columns}, constants.data(),
                              {predictions.data(), rows.size(), columns, columns});
  });
  return predictions.to_host();
}

std::vector<double> ContrastDesign::theta(ContrastFit const& fit) const {
  std::int64_t const length = library_.length;
  std::vector<double> map(at(4 * length), 0.0);
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    double const* const coefficients = fit.coefficients.data() + 3 * i;
    unsigned const reference = kernels::packed_code(reference_.data(), positions_[i]);
    for (int difference = 0; difference < 4; ++difference) {
      std::int64_t const base = reference ^ static_cast<unsigned>(difference);
      map[at(base * length + positions_[i])] = effect(coefficients, difference) - half_sum(coefficients);
    }
  }
  return map;
}

double ContrastDesign::intercept(ContrastFit const& fit) const {
  double value = fit.offset;
  for (std::size_t i = 0; i < positions_.size(); ++i) value += half_sum(fit.coefficients.data() + 3 * i);
  return value;
}

std::vector<double> ContrastDesign::theta_variances(std::vector<double> const& covariance) const {
  // theta of a position is linear in its own three coefficients: what one of them, at 1 everywhere, contributes.
  std::vector<std::vector<double>> slopes;
  for (std::int64_t k = 0; k < 3; ++k) {
    std::vector<double> ones(at(features()), 0.0);
    for (std::int64_t i = k; i < features(); i += 3) ones[at(i)] = 1.0;
    slopes.push_back(theta({0.0, std::move(ones)}));
  }
  std::vector<double> variances(slopes.front().size(), 0.0);
  for (std::size_t site = 0; site < positions_.size(); ++site) {
    for (std::int64_t base = 0; base < 4; ++base) {
      std::size_t const entry = at(base * library_.length + positions_[site]);
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
          variances[entry] +=
              slopes[i][entry] * slopes[j][entry] * covariance[(3 * site + i) * at(features()) + 3 * site + j];
        }
      }
    }
  }
  return variances;
}

double ContrastDesign::intercept_variance(std::vector<double> const& covariance) const {
  // intercept = mean of y + Σ (half - mean of contrast i) b_i.
  std::vector<double> const means = contrast_means(-1);
  double variance = 0;
  for (std::size_t i = 0; i < means.size(); ++i) {
    double inner = 0;
    for (std::size_t j = 0; j < means.size(); ++j) inner += (0.5 - means[j]) * covariance[i * means.size() + j];
    variance += (0.5 - means[i]) * inner;
  }
  return variance;
}

}  // namespace shoal::surrogate
