// SPDX-License-Identifier: MIT
// Patterns made of clusters, and patterns that are joined.
#pragma once

#include <memory>
#include <vector>

#include "motif/discover.hpp"
#include "motif/discovery/graph.hpp"
#include "motif/discovery/pattern.hpp"

namespace shoal::motif {

using PatternPointer = std::shared_ptr<SeqletPattern const>;

struct PatternWork {
  AttributionMaps const& maps;
  DiscoverOptions const& options;
  Column background{};  // share of the bases in all seqlets
  int sign = 1;
};

// Support, flanks, the most informative stretch, flanks again; nothing if no seqlet is left.
std::optional<SeqletPattern> polished(PatternWork const& work, SeqletPattern const& pattern);

// The pattern of a cluster: seqlets are aligned one after the other, the strongest first. Nothing, if polishing leaves
// none or its contributions have the other sign.
PatternPointer pattern_of_cluster(PatternWork const& work, std::vector<Seqlet> seqlets);

// `parent` with the seqlets of `child`, each aligned by correlation.
SeqletPattern joined(PatternWork const& work, SeqletPattern const& parent, SeqletPattern const& child);

// Seqlets of a pattern by Leiden communities of their similarities, the largest part first.
std::vector<SeqletPattern> parts_of(PatternWork const& work, SeqletPattern const& pattern);

// Joins patterns that are alike and whose seqlets cannot be told apart, until none are left to join (TF-MoDISco's
// SimilarPatternsCollapser). The largest first where any were joined.
std::vector<PatternPointer> join_alike(PatternWork const& work, std::vector<PatternPointer> patterns);

// Splits patterns into parts and joins what is alike.
std::vector<PatternPointer> split_and_join(PatternWork const& work, std::vector<PatternPointer> const& patterns);

// Joins patterns whose most informative stretches correlate; see DiscoverOptions::join_duplicates.
std::vector<PatternPointer> join_duplicates(PatternWork const& work, std::vector<PatternPointer> patterns);

// Columns of the mean contributions from the first to the last with at least a fifth of the largest.
Columns core_of(SeqletPattern const& pattern);

// Moves every seqlet to the pattern whose core correlates most with its contributions under the core of its own
// pattern. See DiscoverOptions::reassign.
std::vector<PatternPointer> reassigned(PatternWork const& work, std::vector<PatternPointer> const& patterns);

}  // namespace shoal::motif
