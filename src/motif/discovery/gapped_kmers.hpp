// SPDX-License-Identifier: MIT
// Neighbours of seqlets by their gapped k-mers: which bases stand at which distances among the positions that
// contribute most.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "motif/maps.hpp"
#include "motif/seqlets.hpp"

namespace shoal::motif {

struct GappedKmerOptions {
  std::int64_t positions = 20;  // of highest contribution
  int shortest = 4;             // bases of a k-mer
  int longest = 6;
  std::int64_t span = 15;     // positions from first to last base: fewer than this
  std::size_t entries = 500;  // k-mers of largest size that a seqlet keeps
};

struct Neighbours {
  std::int64_t k = 0;
  std::vector<std::int32_t> index;  // [seqlets, k] most alike first; on ties the smaller index
  std::vector<float> similarity;    // [seqlets, k] the larger cosine of both strands
};

// The min(k, seqlets) nearest of every seqlet, itself among them, by the cosine of k-mer vectors. The value of a k-mer
// is the sum over its occurrences of the mean contribution (times `sign`) of its bases.
Neighbours nearest_by_kmers(AttributionMaps const& maps, std::span<Seqlet const> seqlets, std::int64_t k, int sign,
                            GappedKmerOptions const& options, int threads);

}  // namespace shoal::motif
