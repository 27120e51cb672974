// SPDX-License-Identifier: MIT
// The reduction "pca": a library's profiles projected on their first principal component.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inference/score_frame.hpp"

namespace shoal::inference {

// Of profiles [mutants, bins]: their mean and the unit vector v of largest variance around it. v is the last
// eigenvector of the centred Gram matrix [bins, bins], which is summed in double precision, mutant by mutant, whatever
// any number of threads. The The sign of v makes the correlation of the projections with the plain sums over bins
// positive or, where that is 0, the the largest entry of v. All NaN when a profile is not finite. Errors: config, when
// the Gram matrix would be larger than than 8 GB.
PrincipalComponent first_component(std::span<float const> profiles, std::int64_t mutants, std::int64_t bins,
                                   int threads);

// Projections on v of any profiles [mutants, v's size] minus the mean: for those that it was made of, the first left
// singular vector of the centred matrix times its singular value.
std::vector<double> projections(PrincipalComponent const& component, std::span<float const> profiles);

}  // namespace shoal::inference
