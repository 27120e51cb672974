// SPDX-License-Identifier: MIT
// A task of a gradient as one orientation reads it.
#include "base/error.hpp"
#include "model/gradient_plan.hpp"
#include "model/principal_component.hpp"

namespace shoal::model {

GradientTask read_task(GradientTask const& planned, bool mirrored, PrincipalComponent const* component) {
  GradientTask read = planned;
  for (GradientTerm& term : read.terms) term.part.mirrored = mirrored;
  if (!planned.is_component) return read;
  expect(component != nullptr, "the gradient of a principal component needs its direction");
  std::vector<GradientTerm> const profiles = std::move(read.terms);
  read.terms = {};
  for (GradientTerm const& profile : profiles) {
    std::vector<double> const& direction = component->direction;
    expect(direction.size() == static_cast<std::size_t>(profile.part.positions),
           "a principal component has another number of positions than its task");
    for (std::size_t t = 0; t < direction.size(); ++t) {
      GradientTerm term = profile;
      term.part.kind = kernels::ReadoutKind::sum;
      term.part.first_position += static_cast<std::int64_t>(t);
      term.part.positions = 1;
      term.weight *= direction[t];
      read.terms.push_back(term);
    }
  }
  return read;
}

}  // namespace shoal::model
