// SPDX-License-Identifier: MIT
// Predictions of additive fits that stay in a backend's memory, and sums about them.
#pragma once

#include "base/index.hpp"
#include "kernels/library/ridge_path.hpp"
#include "surrogate/ridge/contrast_design.hpp"

namespace shoal::surrogate {

// What turns solutions on the backend into predictions there.
class ResidentPredictor {
 public:
  // For as many columns at once, and as many rows.
  ResidentPredictor(ContrastDesign const& design, std::int64_t columns, std::int64_t rows)
      : design_(design),
        columns_(columns),
        table_rows_(3 * std::int64_t{design.library().length}),
        effects_(design.backend(), at(table_rows_ * columns)),
        offsets_(design.backend(), at(columns)),
        predictions_(design.backend(), at(rows * columns)) {
    effects_.fill_zero();
  }

  // The centred predictions from now on: coefficients [columns, features], means of the contrasts [features] and
  // constants [columns], all on the backend.
  void take(double const* coefficients, double const* means, double const* constants) {
    std::int64_t const size = design_.features();
    dispatch(design_.backend(), [&](auto const& space) {
      kernels::contrast_effects(space, {coefficients, columns_, size, size}, means, constants, design_.positions(),
                                {effects_.data(), table_rows_, columns_, columns_}, offsets_.data());
    });
  }
  // moments [columns, moments_per_column] of observed and predicted responses of these rows; every
  // `columns_per_task` columns have one task.
  void compare(kernels::RowRange rows, std::int64_t columns_per_task, double* moments) {
    dispatch(design_.backend(), [&](auto const& space) {
      kernels::predict_additive(space, design_.library(), rows, {effects_.data(), table_rows_, columns_, columns_},
                                offsets_.data(), {predictions_.data(), rows.size(), columns_, columns_});
      kernels::pair_moments(space, design_.centred(rows), columns_per_task,
                            {predictions_.data(), rows.size(), columns_, columns_}, moments);
    });
  }

 private:
  ContrastDesign const& design_;
  std::int64_t columns_;
  std::int64_t table_rows_;
  device::Buffer<double> effects_;
  device::Buffer<double> offsets_;
  device::Buffer<double> predictions_;
};

// The constants of centred predictions: means of the responses, minus the centres, each `repeats` times.
inline std::vector<double> centred_means(ContrastDesign const& design, int left_out, std::size_t repeats) {
  std::vector<double> const means = design.response_means(left_out);
  std::vector<double> constants;
  for (std::size_t task = 0; task < means.size(); ++task) {
    constants.insert(constants.end(), repeats, means[task] - design.centres()[task]);
  }
  return constants;
}

}  // namespace shoal::surrogate
