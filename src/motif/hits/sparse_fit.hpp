// SPDX-License-Identifier: MIT
// The fit of hits.hpp for one map: coordinate descent on an active set, with a duality gap over all places.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "motif/hits/motif_windows.hpp"

namespace shoal::motif {

// A motif at one place that may be used: number `window` of the motifs on strands, at `start`.
struct Placement {
  std::size_t window = 0;
  std::int64_t start = 0;
  double coefficient = 0;
};

struct SparseFit {
  std::vector<Placement> placements;  // with coefficients above 0, in the order of windows, then of places
  std::vector<double> residual;       // [length] y minus the fit
  double objective = 0;
  double gap = 0;
  std::int64_t passes = 0;  // products of the residual with all places that were not ruled out yet
};

// Minimises ½ |y - Σ_j β_j κ_j T_j|² + penalty Σ_j β_j over β ≥ 0. Places enter the active set by how much they break
// the optimality condition κ_j T_j·residual ≤ penalty; places that no minimum can use are ruled out for good by the
// sphere of radius √(2 gap) around the dual point (Ndiaye et al., J. Mach. Learn. Res. 2017, 18:128). It ends when the
// gap is at most `tolerance`, or when rounding keeps it from falling.
SparseFit fit_sparse(std::vector<MotifWindows> const& windows, std::span<std::uint8_t const> codes,
                     std::span<double const> y, double penalty, double tolerance);

}  // namespace shoal::motif
