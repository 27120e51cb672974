// SPDX-License-Identifier: MIT
// "integrated-gradients" and "expected-gradients": gradients along straight paths from a baseline to the sequence.
#pragma once

#include "attribution/gradients/gradient_method.hpp"

namespace shoal::attribution {

// map(a, l) = (x - b)(a, l) times the mean gradient along b + t (x - b), 0 <= t <= 1, by the trapezoid rule with
// `steps` steps (Sundararajan et al., ICML 2017). The steps are doubled, for every task on its own, while the map is
// not complete (GradientOptions::tolerance): the existing gradients stay, and those between them are added. Scalars:
// wild_type = f(x); baseline = f(b); completeness_error = the sum over (x - b) times the mean gradient, before any
// correction, minus f(x) - f(b): 0 for infinitely many steps; relative_error = its size over what it is to be small
// against, infinite if that is 0 and the error is not; steps = those that were used; missed = 1 if the error is over
// the tolerance even so.
class IntegratedGradientsMethod : public GradientMethod {
 public:
  using GradientMethod::GradientMethod;
  std::string name() const override { return "integrated-gradients"; }
  std::vector<std::string> scalar_names() const override;
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

// The mean of the above over `backgrounds` dinucleotide-shuffled baselines (library/dinucleotide_shuffle.hpp); baseline
// = the mean of f(b), and completeness_error accordingly. All paths have the same number of steps.
class ExpectedGradientsMethod : public GradientMethod {
 public:
  using GradientMethod::GradientMethod;
  std::string name() const override { return "expected-gradients"; }
  std::vector<std::string> scalar_names() const override;
  std::map<std::string, std::string> notes() const override;
  std::vector<Attribution> explain(LocusContext const& context) const override;
};

}  // namespace shoal::attribution
