// SPDX-License-Identifier: MIT
// What a solved fit still lacks: a constant if nothing else could be fitted, the gauge, noise, metrics, diagnostics.
#pragma once

#include <cstdint>
#include <vector>

#include "surrogate/data/library_checks.hpp"
#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {

class FitCompletion {
 public:
  // `frequencies` [length, alphabet] are those of the gauge. Predicts on `threads` threads. Arguments must outlive this
  // object.
  FitCompletion(Observations const& observations, SurrogateOptions const& options, LibraryChecks const& checks,
                std::vector<double> const& frequencies, int threads)
      : observations_(observations), options_(options), checks_(checks), frequencies_(frequencies), threads_(threads) {}

  // `reduced`: an additive linear fit stands in for what was asked for; `as_solved`: the parameters keep their gauge.
  void complete(std::int64_t task, bool reduced, bool as_solved, SurrogateFit& fit) const;

 private:
  void make_constant(std::int64_t task, SurrogateFit& fit) const;
  ParameterErrors constant_errors(std::vector<double> const& values) const;
  kernels::MatrixView<std::uint8_t const> letters_of(kernels::RowRange rows) const;
  void add_metrics(std::int64_t task, SurrogateFit& fit) const;
  FitMetrics metrics_of(std::int64_t task, kernels::RowRange rows, SurrogateFit const& fit, bool information) const;

  Observations const& observations_;
  SurrogateOptions const& options_;
  LibraryChecks const& checks_;
  std::vector<double> const& frequencies_;
  int threads_;
};

}  // namespace shoal::surrogate
