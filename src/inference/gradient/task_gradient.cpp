// SPDX-License-Identifier: MIT
// A task of a gradient as it is read in one orientation.
#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.hpp"
#include "inference/forward/principal_component.hpp"
#include "inference/gradient/gradient_program.hpp"

namespace shoal::inference {

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

namespace {

void centre(std::span<float const> profile, std::span<float> weights) {
  double const largest = static_cast<double>(*std::max_element(profile.begin(), profile.end()));
  auto const exponential = [&](float x) { return std::exp(static_cast<double>(x) - largest); };
  double sum = 0.0;
  for (float const x : profile) sum += exponential(x);
  double const even = 1.0 / static_cast<double>(profile.size());
  for (std::size_t i = 0; i < profile.size(); ++i)
    weights[i] = static_cast<float>(exponential(profile[i]) / sum - even);
}

}  // namespace

std::int64_t held_floats(std::vector<GradientTask> const& planned) {
  std::int64_t floats = 0;
  for (GradientTask const& task : planned) {
    if (!task.holds_weights) continue;
    for (GradientTerm const& term : task.terms) floats += term.part.positions * term.part.tracks;
  }
  return floats;
}

std::vector<float> hold_weights(std::vector<GradientTask> const& planned, std::span<float const> profiles,
                                float const* place, std::vector<GradientTask>& tasks) {
  std::vector<float> weights(profiles.size());
  std::size_t first = 0;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    if (!planned[i].holds_weights) continue;
    for (std::size_t j = 0; j < planned[i].terms.size(); ++j) {
      kernels::ReadoutShape const& part = planned[i].terms[j].part;
      tasks[i].terms[j].part.kind = kernels::ReadoutKind::weighted;
      tasks[i].terms[j].part.weights = place + first;
      auto const track = static_cast<std::size_t>(part.positions), all = track * static_cast<std::size_t>(part.tracks);
      std::size_t const size = part.kind == kernels::ReadoutKind::centred_joint ? all : track;
      for (std::size_t const end = first + all; first < end; first += size) {
        centre(profiles.subspan(first, size), std::span(weights).subspan(first, size));
      }
    }
  }
  return weights;
}

}  // namespace shoal::inference
