// SPDX-License-Identifier: MIT
// How alike seqlets and patterns are: the continuous Jaccard similarity
//   J = Σ min(|x|, |y|) sgn(x) sgn(y) / Σ max(|x|, |y|) = (Σ|x+y| - Σ|x-y|) / (Σ|x+y| + Σ|x-y|)
// and Pearson's correlation, over alignments.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "motif/discovery/pattern.hpp"

namespace shoal::motif {

// Eight numbers per position (hypothetical, then projected contributions), each kind divided by the sum of its sizes.
struct Profile {
  std::int64_t length = 0;
  std::vector<float> values;  // [length, 8]
};
Profile profile_of(Columns const& hypothetical, Columns const& contributions);
Profile profile_of(AttributionMaps const& maps, Seqlet const& seqlet);
Profile profile_of(SeqletPattern const& pattern);
Profile reversed(Profile const& profile);

// Where a shorter profile lies best in a longer one that is padded with zeros on both sides.
struct Alignment {
  double similarity = 0;
  std::int64_t offset = 0;  // of the child's first position from the parent's first
  bool is_reversed = false;
};

// The best offset of `child`, of which at least about `overlap` must lie in `parent` (padding: rounded up). On ties
// the smaller offset, and the forward strand.
Alignment align_by_jaccard(Profile const& parent, Profile const& child, double overlap);
// The same by the correlation of projected contributions, from which their mean is taken away.
Alignment align_by_correlation(Columns const& parent, Columns const& child, double overlap);

// For every seqlet and each of its `neighbours` [seqlets, k]: the largest J over offsets (padding: rounded down) and
// both strands of the neighbour. All seqlets have one length. The same bits for any number of threads.
std::vector<float> neighbour_similarities(AttributionMaps const& maps, std::span<Seqlet const> seqlets,
                                          std::vector<std::int32_t> const& neighbours, std::int64_t k, double overlap,
                                          int threads);

// [others, ones] J of all pairs without shifts; profiles have one length.
std::vector<float> all_similarities(std::vector<Profile> const& ones, std::vector<Profile> const& others, int threads);

}  // namespace shoal::motif
