// SPDX-License-Identifier: MIT
// Results as text: matches, seqlets and patterns. README.md of this module lists the columns.
#pragma once

#include <string>
#include <vector>

#include "motif/comparison.hpp"
#include "motif/discover.hpp"
#include "motif/maps.hpp"
#include "motif/seqlets.hpp"

namespace shoal::motif {

// The commonest base of each column; small where it has less than half of them, N where less than 0.4.
std::string consensus(std::vector<Column> const& columns);

// The heading of a table of matches, with its line end.
std::string match_heading();
// The lines of one query: matches with E at most `largest_e`, by p, then in the order of targets.
std::string match_lines(Motif const& query, std::vector<Motif> const& targets, std::vector<Match> const& matches,
                        double largest_e);

// Seqlets as TSV: locus, name, contig, start, end, strand, positions in the locus, sign, attribution, p.
std::string seqlet_table(AttributionMaps const& maps, std::vector<Seqlet> const& seqlets);
// Seqlets of patterns as BED6 on the genome (or on loci by name, where places are unknown).
std::string pattern_bed(AttributionMaps const& maps, Discovery const& discovery);
// One line per pattern: name, seqlets, consensus, information, quality.
std::string pattern_table(Discovery const& discovery);

// Patterns as motifs of base shares, named pos_patterns.pattern_0 …; both signs. Seqlets that have an N in a column do
// not count there; a column of N alone is even.
std::vector<Motif> pattern_motifs(Discovery const& discovery);

// Writes patterns in the layout of tf-modisco-lite, with loci's names and genome coordinates beside it. Errors: output.
void write_pattern_file(std::string const& path, AttributionMaps const& maps, Discovery const& discovery);

}  // namespace shoal::motif
