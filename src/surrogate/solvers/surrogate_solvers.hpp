// SPDX-License-Identifier: MIT
// From a surrogate's name to the solver that fits it, and from what the solvers return to one kind of fit.
#pragma once

#include <vector>

#include "surrogate/surrogate_model.hpp"

namespace shoal::surrogate {

// Whether parameters stay as they were solved: another gauge would fill their zeros.
bool is_sparse(Solver solver);

class SurrogateSolvers {
 public:
  // `frequencies` [length, alphabet] are those of the gauge of standard errors. Arguments must outlive this object.
  SurrogateSolvers(device::Backend const& backend, Observations const& observations, SurrogateOptions const& options,
                   std::vector<double> const& frequencies, FeatureOperators& operators)
      : backend_(backend),
        observations_(observations),
        options_(options),
        frequencies_(frequencies),
        operators_(operators) {}

  // Each fits one task; only ridge fits a task whose response is constant.
  void solve(SurrogateName const& name, std::vector<SurrogateFit>& fits);

 private:
  LinearOptions linear_options(Interactions interactions) const;
  FeatureOperator const& features(LinearOptions const& linear);
  void solve_groups(FeatureOperator const& phi, std::vector<SurrogateFit>& fits) const;
  void solve_sparse(Solver solver, std::vector<SurrogateFit>& fits) const;
  void solve_epistasis(FeatureOperator const& phi, LinearOptions const& linear, std::vector<SurrogateFit>& fits) const;

  device::Backend const& backend_;
  Observations const& observations_;
  SurrogateOptions const& options_;
  std::vector<double> const& frequencies_;
  FeatureOperators& operators_;
};

}  // namespace shoal::surrogate
