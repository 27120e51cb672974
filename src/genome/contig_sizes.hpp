// SPDX-License-Identifier: MIT
// Names and lengths of contigs, and what to say when two files name them differently.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shoal::genome {

using ContigSizes = std::map<std::string, std::int64_t>;  // bases by name

// A table of two columns, name and bases, separated by a tab or spaces (UCSC's chrom.sizes, or a .fai, whose further
// columns are ignored). Errors: input, naming file and line: a length that is no positive integer, a name used twice.
ContigSizes read_contig_sizes(std::string const& path);

// Sizes of the contigs of a genome. Errors: those of GenomeFile.
ContigSizes genome_contig_sizes(std::string const& path);

// "", or a hint for the end of a message that `contig` is unknown: the other spelling ("chr1" for "1", and so on) if
// `known` has it, otherwise the first names of `known`.
std::string contig_hint(std::string const& contig, std::vector<std::string> const& known);

}  // namespace shoal::genome
