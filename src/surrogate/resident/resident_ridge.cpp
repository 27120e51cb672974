// SPDX-License-Identifier: MIT
#include "surrogate/resident/resident_ridge.hpp"

#include <algorithm>

#include "linalg/queued_symmetric.hpp"
#include "surrogate/resident/resident_predictor.hpp"

namespace shoal::surrogate {

namespace {

using kernels::RowRange;

// The final fits: memory on the backend, and the order of the work there.
class FinalFits {
 public:
  FinalFits(ContrastDesign const& design, std::vector<double> const& lambdas)
      : design_(design),
        size_(design.features()),
        tasks_(design.tasks()),
        lambdas_(lambdas),
        normal_(design.backend(), at(size_ * size_)),
        factor_(design.backend(), at(size_ * size_)),
        row_sums_(design.backend(), at(size_)),
        results_(design.backend(), at(tasks_ * size_ + tasks_ + 2 * tasks_ * kernels::moments_per_column)),
        infos_(design.backend(), at(3 * tasks_)) {}

  std::vector<ResidentFit> run() {
    device::Backend const& backend = design_.backend();
    results_.fill_zero();
    infos_.fill_zero();
    results_.copy_from(design_.right_sides(-1));
    design_.normal_matrix(-1, 0.0, view(normal_));
    for (std::int64_t task = 0; task < tasks_; ++task) {
      if (first_with(task) == task) solve_at(task);
    }
    device::Buffer<double> const means(backend, std::span<double const>(design_.contrast_means(-1)));
    device::Buffer<double> const constants(backend, std::span<double const>(centred_means(design_, -1, 1)));
    RowRange const train{0, design_.rows(-1)};
    RowRange const test{train.end, design_.library().mutants};
    ResidentPredictor predictor(design_, tasks_, std::max(train.size(), test.size()));
    predictor.take(results_.data(), means.data(), constants.data());
    predictor.compare(train, 1, moments());
    if (test.size() > 0) predictor.compare(test, 1, moments() + tasks_ * kernels::moments_per_column);
    check(infos_.to_host());
    return fits(results_.to_host());
  }

 private:
  linalg::Matrix view(device::Buffer<double>& matrix) const { return {matrix.data(), size_, size_, size_}; }
  double* traces() { return results_.data() + tasks_ * size_; }
  double* moments() { return traces() + tasks_; }
  // The first task with this one's lambda, which stands for all of them.
  std::int64_t first_with(std::int64_t task) const {
    auto const found = std::find(lambdas_.begin(), lambdas_.end(), lambdas_[at(task)]);
    return found - lambdas_.begin();
  }

  // Solves all tasks that have this one's lambda, and takes the trace of the inverse.
  void solve_at(std::int64_t number) {
    int* const info = infos_.data() + 3 * number;
    dispatch(design_.backend(), [&](auto const& space) {
      kernels::copy_shifted(space, {normal_.data(), size_, size_, size_}, lambdas_[at(number)], view(factor_));
      linalg::queue_factor(space, view(factor_), info);
      for (std::int64_t task = number; task < tasks_;) {
        std::int64_t end = task;
        while (end < tasks_ && lambdas_[at(end)] == lambdas_[at(number)]) ++end;
        if (end > task) {
          linalg::queue_solve(space, view(factor_), {results_.data() + task * size_, end - task, size_, size_},
                              info + 1);
        }
        task = end + 1;
      }
      linalg::queue_inverse(space, view(factor_), info + 2);
      kernels::lower_squares(space, {factor_.data(), size_, size_, size_}, row_sums_.data(), traces() + number);
    });
  }

  void check(std::vector<int> const& infos) const {
    for (std::size_t task = 0; task < at(tasks_); ++task) {
      linalg::check_cholesky(infos[3 * task], size_);
      linalg::check_routine(infos[3 * task + 1], "dpotrs");
      linalg::check_routine(infos[3 * task + 2], "dtrtri");
    }
  }

  std::vector<ResidentFit> fits(std::vector<double> const& results) const {
    std::vector<double> const means = design_.contrast_means(-1);
    std::vector<double> const responses = design_.response_means(-1);
    double const* const traces = results.data() + tasks_ * size_;
    std::vector<ResidentFit> found;
    for (std::int64_t task = 0; task < tasks_; ++task) {
      auto const begin = results.begin() + task * size_;
      std::vector<double> coefficients(begin, begin + size_);
      double offset = responses[at(task)];
      for (std::size_t i = 0; i < means.size(); ++i) offset -= means[i] * coefficients[i];
      double const* const train = traces + tasks_ + task * kernels::moments_per_column;
      double const* const test = train + tasks_ * kernels::moments_per_column;
      double const freedom = 1.0 + static_cast<double>(size_) - lambdas_[at(task)] * traces[first_with(task)];
      found.push_back({{offset, std::move(coefficients)}, freedom, train[0], test[0], test[1], test[2]});
    }
    return found;
  }

  ContrastDesign const& design_;
  std::int64_t size_;
  std::int64_t tasks_;
  std::vector<double> const& lambdas_;
  device::Buffer<double> normal_;
  device::Buffer<double> factor_;
  device::Buffer<double> row_sums_;
  device::Buffer<double> results_;  // solutions [tasks, features], traces [tasks], moments [2, tasks, 3]
  device::Buffer<int> infos_;       // [tasks, 3]
};

}  // namespace

std::vector<ResidentFit> resident_fits(ContrastDesign const& design, std::vector<double> const& lambdas) {
  return FinalFits(design, lambdas).run();
}

}  // namespace shoal::surrogate
